-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/videos/languages
-- cache 60
SELECT json_object_agg(id, label ORDER BY label) FROM language
