-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/videos/languages
-- answer Labels
-- cache 60
-- The languages a video may have.
SELECT json_object_agg(id, label ORDER BY label) FROM language
