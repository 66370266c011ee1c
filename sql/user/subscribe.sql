-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page
-- param handle handle required
-- param viewer viewer
-- param wanted bool
-- param from video
-- Begins or ends a subscription; where to go then.
SELECT CASE WHEN $3::boolean THEN subscription_add($2::bigint, $1)
	ELSE subscription_end_write($2::bigint, $1) END ||
	coalesce('/w/' || (SELECT v.short_uuid FROM video v
		WHERE v.id = video_id($4) AND video_access(v, $2::bigint,
			$4 LIKE '%-%') <> 'hidden'), '/c/' || $1)
