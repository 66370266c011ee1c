-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role upload
-- param sent text 2..1000000
SELECT video_form_typed($1::jsonb)
