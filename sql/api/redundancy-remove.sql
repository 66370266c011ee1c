-- SPDX-License-Identifier: AGPL-3.0-or-later
-- DELETE /api/v1/server/redundancy/videos/:id
-- viewer admin
-- status 204
-- param id int 1..9000000000000000 required
-- Gives a mirror up.
SELECT $1::bigint IS NULL OR refuse('404', 'Video redundancy not found')
