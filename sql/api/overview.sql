-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/overviews/videos
-- viewer optional
-- cache 60
-- answer Overview
-- param page int 1..20 = 1
-- param viewer viewer
-- Videos to discover: of a category, of a channel, with a tag.
SELECT overview($1::int, $2::bigint)
