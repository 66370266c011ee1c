-- SPDX-License-Identifier: AGPL-3.0-or-later
-- DELETE /api/v1/abuses/:abuseId/messages/:abuseMessageId
-- viewer user
-- status 204
-- param abuseId int 1..9223372036854775807 required
-- param viewer viewer
-- param abuseMessageId int 1..9223372036854775807 required
-- Delete what one wrote about a report; moderators what anybody wrote.
SELECT abuse_message_delete($1, $2::bigint, $3)
