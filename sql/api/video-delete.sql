-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param id video required
-- param viewer viewer
-- Whether the viewer may delete the video; then it is gone.
WITH found AS (
	SELECT v.id, video_may_remove(v, $2::bigint) AS may_edit,
		CASE WHEN video_may_remove(v, $2::bigint)
			THEN video_act_write(v.id, $2::bigint, 3) END
	FROM video v
	WHERE v.id = video_id($1)
		AND video_access(v, $2::bigint, $1 LIKE '%-%') <> 'hidden'
), gone AS (
	DELETE FROM video v USING found WHERE v.id = found.id AND found.may_edit
)
SELECT may_edit FROM found
