-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role upload
-- param sent text 2..1000000
-- What a client sent as the form of a new video.
SELECT video_form_merge('{"privacy": "1", "tags": [], "videoPasswords": []}',
	video_form_typed($1::jsonb))
