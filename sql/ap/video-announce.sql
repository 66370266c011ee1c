-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /videos/watch/:id/announces/:actorId
-- type application/activity+json; charset=utf-8
-- cache 5
-- param id video required
-- param actorId int 1..1000000000000000000 required
-- One share of a video.
SELECT ap_document(ap_context(), ap_announce_members(v, a))
FROM video v
JOIN channel c ON c.id = v.channel_id
JOIN actor a ON a.id = $2 AND a.id IN (instance_actor(), c.actor_id)
WHERE v.uuid = ap_uuid($1) AND video_is_federated(v)
