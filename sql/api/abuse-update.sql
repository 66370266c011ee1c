-- SPDX-License-Identifier: AGPL-3.0-or-later
-- PUT /api/v1/abuses/:abuseId
-- viewer moderator
-- status 204
-- param abuseId int 1..9223372036854775807 required
-- param viewer viewer
-- field state int 1..3
-- field moderationComment chars 2..3000
-- Decide on a report, or note something about it.
SELECT abuse_update($1, $2::bigint, $3::smallint, $4)
