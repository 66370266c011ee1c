-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param videoChannelId int 1..9007199254740991
-- param playlistId video
-- param enclosurePreference choice audio|video|m3u8
-- The podcast of a channel or a playlist; `url` names it for ever.
SELECT CASE WHEN $2::text IS NULL THEN podcast_of_channel($1::bigint, $3)
	ELSE podcast_of_playlist($2, $3) END
