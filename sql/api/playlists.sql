-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/video-playlists
-- cache 5
-- answer list VideoPlaylist
-- param start int 0..1000000 = 0
-- param count int 0..100 = 15
-- param sort choice name|-name|displayName|-displayName|createdAt|-createdAt|updatedAt|-updatedAt|videoChannelPosition|-videoChannelPosition = -createdAt
-- param playlistType int 1..2
-- The public playlists of the instance.
SELECT playlist_list($1::int, $2::int, $3, $4::int)
