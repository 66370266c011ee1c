-- SPDX-License-Identifier: AGPL-3.0-or-later
-- PUT /api/v1/videos/:id/embed-privacy
-- viewer user
-- status 204
-- param id video required
-- param viewer viewer
-- field policy int 1..2 required
-- field domains list 0..100
-- Say on which sites a video may be shown.
SELECT embed_privacy_update($1, $2::bigint, $3, $4::text[])
