-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role upload
-- param video int 1..9000000000000000
-- param path text 1..100
-- param size int 1..9000000000000000
-- param filename text 0..1000
SELECT video_source_replace_write($1::bigint, $2, $3::bigint, $4)
