-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /videos/watch/:id/dislikes
-- type application/activity+json; charset=utf-8
-- cache 5
-- param id video required
-- param page int 1..10000000
-- Dislikes of a video, those that have an id.
SELECT ap_rates(v, 'dislike', $2::int)
FROM video v
WHERE v.uuid = ap_uuid($1) AND video_is_fetchable(v)
