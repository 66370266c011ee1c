-- SPDX-License-Identifier: AGPL-3.0-or-later
-- DELETE /api/v1/config/custom
-- viewer admin
-- answer CustomConfig
-- param viewer viewer
-- Sets all back to what a new instance has.
SELECT config_reset($1::bigint)
