-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role upload
-- param id video required
-- param viewer viewer
-- param language text 1..20
-- The number of a video that the viewer may give subtitles of a language.
SELECT video_edited($1, $2::bigint)
WHERE EXISTS (SELECT FROM language WHERE id = $3) OR refuse_field(
	'captionLanguage', 'There is no such language')
