-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role upload
-- param viewer viewer
-- param channel int 1..9000000000000000
-- param video int 1..9000000000000000
-- param size int 0..9000000000000000
-- Why the owner of a channel, or of a video, may not be given so many bytes by
-- somebody else who works there; NULL or no row: it may be.
SELECT upload_refusal(o.id, '00000000-0000-0000-0000-000000000000', $4::bigint)
FROM channel_owner(coalesce($2::bigint, (SELECT v.channel_id FROM video v
	WHERE v.id = $3::bigint))) o (id)
WHERE o.id <> $1::bigint
