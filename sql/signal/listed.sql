-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param wanted text 2..10000
-- param behind int 0..9223372036854775807 required
-- param most int 1..1000 required
-- plan custom
-- Videos whose viewers may share them.
SELECT id, uuid, playlist_url, resolutions, info_hashes
FROM signal_listed($1::bigint[], $2::bigint, $3::int)
