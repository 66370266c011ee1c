-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/videos/:id/embed-privacy
-- viewer user
-- answer VideoEmbedPrivacy
-- param id video required
-- param viewer viewer
-- On which sites a video may be shown.
SELECT embed_privacy($1, $2::bigint)
