-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/automatic-tags/accounts/:accountName/available
-- viewer user
-- answer AutomaticTagsAvailable
-- param accountName handle required
-- param viewer viewer
-- The tags that comments can get by an account's words.
SELECT tags_available(account_managed($1, $2))
