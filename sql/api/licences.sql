-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/videos/licences
-- answer Labels
-- cache 60
-- The licences a video may have.
SELECT json_object_agg(id, label ORDER BY id) FROM licence
