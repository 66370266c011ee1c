-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/video-playlists/privacies
-- cache 60
-- answer Labels
-- Who may see a playlist: the numbers and their words.
SELECT json_object_agg(n, playlist_privacy(n) ->> 'label' ORDER BY n)
FROM generate_series(1, 3) n
