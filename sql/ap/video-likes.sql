-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /videos/watch/:id/likes
-- type application/activity+json; charset=utf-8
-- cache 5
-- param id video required
-- Likes of a video. Only how many: there is none yet that has a URL.
SELECT ap_count(video_url(v) || '/likes', v.likes)
FROM video v
WHERE v.uuid = ap_uuid($1) AND video_is_fetchable(v)
