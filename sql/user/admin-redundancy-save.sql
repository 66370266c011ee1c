-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page
-- param viewer viewer
-- param form text 2..10000
-- What is copied by itself; or, by control, what is wrong with it.
SELECT field, message FROM admin_redundancy_save($1::bigint, $2::jsonb)
