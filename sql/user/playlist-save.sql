-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role upload
-- param viewer viewer
-- param id video
-- param form text 2..1000000
-- Changes the playlist of that id, or makes one where there is none: its
-- number, and the answer.
SELECT id, answer FROM playlist_save_write($1::bigint, $2::text, $3::jsonb)
