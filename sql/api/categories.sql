-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/videos/categories
-- answer Labels
-- cache 60
-- The categories a video may have.
SELECT json_object_agg(id, label ORDER BY id) FROM category
