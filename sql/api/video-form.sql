-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role api upload
-- param id video required
-- param viewer viewer
-- param sent text 2..1000000
-- Whether the viewer may change the video, and its form with what was sent.
SELECT v.id, video_owner(v), video_may_edit(v, $2::bigint),
	CASE WHEN video_may_edit(v, $2::bigint) THEN
		video_form_merge(video_form(v) || jsonb_build_object(
			'originallyPublishedAt',
			iso(v.originally_published_at)), $3::jsonb) END
FROM video v
WHERE v.id = video_id($1)
	AND video_access(v, $2::bigint, $1 LIKE '%-%') <> 'hidden'
