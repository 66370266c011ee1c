-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/videos/:id/embed-privacy/allowed
-- viewer optional
-- answer VideoEmbedPrivacyAllowed
-- param id video required
-- param viewer viewer
-- param domain text 1..300 required
-- Whether a video may be shown on a site.
SELECT embed_allowed($1, $2::bigint, $3)
