-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/custom-pages/homepage/instance
-- answer Homepage
-- cache 30
-- The first page's own text, in Markdown; 404 where there is none.
SELECT json_build_object('content', value) FROM setting
WHERE name = 'instance.homepage' AND value <> ''
