-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page upload
-- param id video required
-- param viewer viewer
-- Number, UUID, name and owner of a video the viewer may change.
SELECT v.id, v.uuid, v.name, video_owner(v)
FROM video v
WHERE v.id = video_id($1) AND video_may_edit(v, $2::bigint)
