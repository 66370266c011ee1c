-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role upload
-- param actor int 1..9000000000000000
-- param kind choice avatar|banner
-- {"avatars": [...]} or {"banners": [...]}, smallest first.
SELECT json_build_object($2::text || 's', ARRAY(SELECT document
	FROM actor_image_document
	WHERE actor_id = $1::bigint AND kind = $2 ORDER BY width))
