-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/videos/:id/source
-- viewer user
-- answer VideoSource
-- param id video required
-- param viewer viewer
-- What was uploaded.
SELECT source_document($1, $2::bigint)
