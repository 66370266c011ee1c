-- SPDX-License-Identifier: AGPL-3.0-or-later
-- DELETE /api/v1/videos/:id/captions/:captionLanguage
-- viewer user
-- status 204
-- wake remove
-- param id video required
-- param viewer viewer
-- param captionLanguage text 1..20 required
-- Delete the subtitles of one language.
SELECT caption_delete_write($1, $2::bigint, $3)
