-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page upload api
-- param owner int 1..9000000000000000
-- param viewer viewer
-- param form text 2..1000000
SELECT video_form_errors($1::bigint, $2::bigint, $3::jsonb)
