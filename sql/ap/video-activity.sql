-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /videos/watch/:id/activity
-- type application/activity+json; charset=utf-8
-- cache 5
-- param id video required
-- The Create of a video, with the video in it.
SELECT ap_document(ap_context_video(), ap_create(v))
FROM ap_video v
WHERE uuid = ap_uuid($1)
