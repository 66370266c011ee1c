-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/abuses/:abuseId/messages
-- viewer user
-- answer list AbuseMessage
-- param abuseId int 1..9223372036854775807 required
-- param viewer viewer
-- What the reporter and the moderators wrote about a report.
SELECT abuse_messages($1, $2::bigint)
