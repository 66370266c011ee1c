-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role upload
-- param video int 1..9000000000000000
-- param language text 1..20
-- param filename text 1..100
-- Names a file of subtitles; whether it goes to public/. The video's row is
-- held, for its files must not be moved meanwhile.
WITH v AS (
	UPDATE video SET updated_at = now() WHERE id = $1::bigint
	RETURNING id, files_are_public
), new AS (
	INSERT INTO video_caption (video_id, language_id, filename)
	SELECT id, $2, $3 FROM v
	ON CONFLICT (video_id, language_id) DO UPDATE
	SET filename = EXCLUDED.filename, is_automatic = false,
		updated_at = now()
)
SELECT files_are_public FROM v
