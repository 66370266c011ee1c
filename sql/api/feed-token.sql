-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/users/scoped-tokens
-- viewer user
-- scope account
-- answer ScopedTokens
-- param viewer viewer
-- The token of the signed-in user's feed of subscriptions.
SELECT feed_token_write($1::bigint, false)
