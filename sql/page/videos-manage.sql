-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param id video required
-- param viewer viewer
-- param form text 2..1000000
-- param errors text 2..100000
-- A video's page for its maker; filled in from $3 where that is not NULL. No
-- row where the viewer may not change it.
SELECT video_form_page(video_owner(v), coalesce($3::jsonb, video_form(v)),
		coalesce($4::jsonb, '[]')) ||
	jsonb_build_object('video', maker_video(v))
FROM video v
WHERE v.id = video_id($1) AND video_may_edit(v, $2::bigint)
