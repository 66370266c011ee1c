-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param video int 1..9223372036854775807 required
SELECT f.path FROM video v, video_files(v) AS f (path) WHERE v.id = $1::bigint
