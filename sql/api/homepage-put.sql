-- SPDX-License-Identifier: AGPL-3.0-or-later
-- PUT /api/v1/custom-pages/homepage/instance
-- viewer admin
-- status 204
-- param viewer viewer
-- field content chars 0..50000
-- Writes the first page's own text.
SELECT homepage_change($1::bigint, $2)
