-- SPDX-License-Identifier: AGPL-3.0-or-later
-- DELETE /api/v1/abuses/:abuseId
-- viewer moderator
-- status 204
-- param abuseId int 1..9223372036854775807 required
-- param viewer viewer
-- Delete a report.
SELECT abuse_delete($1, $2::bigint)
