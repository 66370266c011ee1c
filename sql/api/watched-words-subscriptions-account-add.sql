-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/watched-words/accounts/:accountName/subscriptions
-- viewer user
-- param accountName handle required
-- param viewer viewer
-- check url text 1..2000 required
-- Subscribe to another's watched words: not possible here.
SELECT refuse('400', 'Cannot fetch or parse watched words URL')
WHERE account_managed($1, $2) IS NOT NULL
