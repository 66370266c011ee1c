-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/server/redundancy/videos
-- viewer admin
-- answer list VideoRedundancy
-- param target choice my-videos|remote-videos required
-- param sort choice name|-name = name
-- param start int 0..1000000 = 0
-- param count int 0..100 = 15
-- Videos of ours that other instances mirror, or theirs that this one does.
SELECT CASE $1 WHEN 'my-videos' THEN mirror_list($3, $4, $2)
	ELSE redundancy_list($3, $4, $2) END
