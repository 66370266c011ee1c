-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role upload
-- param viewer viewer
-- param id text 36..36
-- param size int 0..9000000000000000
-- Why so many bytes may not come (NULL: they may), and the limit's size.
SELECT upload_refusal($1::bigint, $2::uuid, $3::bigint),
	setting('upload.max_size')
