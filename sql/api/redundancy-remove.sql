-- SPDX-License-Identifier: AGPL-3.0-or-later
-- DELETE /api/v1/server/redundancy/videos/:id
-- viewer admin
-- status 204
-- param id int 1..9000000000000000 required
-- Gives up a mirror of ours, or plays from that of another instance no longer.
SELECT redundancy_end($1::bigint)
