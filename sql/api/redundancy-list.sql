-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/server/redundancy/videos
-- viewer admin
-- answer list VideoRedundancy
-- param target choice my-videos|remote-videos required
-- param sort choice name|-name = name
-- param start int 0..1000000 = 0
-- param count int 0..100 = 15
-- Videos that are mirrored here, or ours elsewhere: none yet.
SELECT listed(0, NULL)
WHERE num_nulls($1::text, $2::text, $3::int, $4::int) = 0
