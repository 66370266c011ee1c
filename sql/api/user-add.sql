-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param viewer viewer
-- param form text 2..1000000
-- param hash text 1..200
-- param keys list 4..4
-- Create a user.
SELECT user_add_write($1::bigint, $2::jsonb, $3, $4::text[])
