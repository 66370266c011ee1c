-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page upload
-- param viewer viewer
-- param form text 2..1000000
-- param errors text 2..100000
-- The upload form, empty where $2 is NULL.
SELECT video_form_page($1::bigint, coalesce($2::jsonb, video_form_empty()),
		coalesce($3::jsonb, '[]')) ||
	jsonb_build_object('quota', quota_page($1::bigint),
		'uploadId', gen_random_uuid())
