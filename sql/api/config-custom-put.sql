-- SPDX-License-Identifier: AGPL-3.0-or-later
-- PUT /api/v1/config/custom
-- viewer admin
-- answer CustomConfig
-- param viewer viewer
-- param body body
-- Changes settings: all that were sent or, where one is wrong, none.
SELECT config_change($1::bigint, $2::jsonb)
