-- SPDX-License-Identifier: AGPL-3.0-or-later
-- DELETE /api/v1/videos/:id/passwords/:passwordId
-- viewer user
-- status 204
-- param id video required
-- param passwordId int 1..9223372036854775807 required
-- param viewer viewer
-- Delete a password of a video; the last one stays.
SELECT password_delete($1, $3::bigint, $2::bigint)
