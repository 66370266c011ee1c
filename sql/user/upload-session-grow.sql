-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role upload
-- param id text 64..64
-- param before int 0..9000000000000000
-- param after int 0..9000000000000000
-- So many bytes are on the disk.
UPDATE upload_session SET received = $3::bigint, touched_at = now()
WHERE id = $1 AND received = $2::bigint
