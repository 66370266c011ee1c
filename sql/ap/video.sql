-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /videos/watch/:id
-- GET /w/:id
-- type application/activity+json; charset=utf-8
-- cache 5
-- param id video required
-- A video. A number names none here: an unlisted one is known by its UUID.
SELECT ap_document(ap_context_video(),
	ap_stored(v.id, d.origin, d.members) || ap_views(v.views))
FROM video v
LEFT JOIN video_object d ON d.video_id = v.id
WHERE v.uuid = ap_uuid($1) AND video_is_fetchable(v)
