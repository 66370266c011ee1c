-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/abuses/:abuseId/messages
-- viewer user
-- answer AbuseMessageCreated
-- param abuseId int 1..9223372036854775807 required
-- param viewer viewer
-- field message chars 2..3000 required
-- Write about a report, to its reporter or to the moderators.
SELECT abuse_message_insert($1, $2::bigint, $3)
