-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param viewer viewer
-- param form text 2..1000000
-- param public_key text 1..10000
-- param private_key text 1..10000
-- A channel of the viewer's, from a body that was checked before.
SELECT channel_create($1::bigint, $2::jsonb, $3, $4)
