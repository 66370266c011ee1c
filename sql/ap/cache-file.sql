-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /redundancy/streaming-playlists/hls/:id
-- type application/activity+json; charset=utf-8
-- param id uuid required
-- The copy that this instance keeps of another's video.
SELECT ap_redundancy_found($1::uuid)
