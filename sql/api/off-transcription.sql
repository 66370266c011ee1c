-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/videos/:id/captions/generate
-- viewer user
-- status 204
-- param id video required
-- param viewer viewer
-- field forceTranscription bool
-- Transcribe a video. Off: there is no transcription here.
SELECT refuse('400', 'Video transcription is disabled on this instance')
WHERE video_edited($1, $2::bigint) IS NOT NULL AND $3 IS DISTINCT FROM ''
