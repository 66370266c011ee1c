-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /videos/watch/:id/dislikes
-- type application/activity+json; charset=utf-8
-- cache 5
-- param id video required
-- Dislikes of a video; see video-likes.sql.
SELECT ap_count(video_url(v) || '/dislikes', v.dislikes)
FROM video v
WHERE v.uuid = ap_uuid($1) AND video_is_fetchable(v)
