-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/videos/privacies
-- answer Labels
-- cache 60
-- Who may see a video: the choices.
SELECT json_object_agg(id, label ORDER BY id) FROM privacy
