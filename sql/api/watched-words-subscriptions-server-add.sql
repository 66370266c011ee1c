-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/watched-words/server/subscriptions
-- viewer moderator
-- check url text 1..2000 required
-- Subscribe to another's watched words: not possible here.
SELECT refuse('400', 'Cannot fetch or parse watched words URL')
WHERE server_account() IS NOT NULL
