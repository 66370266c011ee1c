-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/users/scoped-tokens
-- viewer user
-- scope account
-- answer ScopedTokens
-- param viewer viewer
-- A new token for the feed of subscriptions; the old one ends.
SELECT feed_token_write($1::bigint, true)
