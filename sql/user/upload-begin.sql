-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role upload
-- param viewer viewer
-- param id text 36..36
-- param size int 0..9000000000000000
-- Reserves the announced bytes.
INSERT INTO upload (id, user_id, expected, started_at)
VALUES ($2::uuid, $1::bigint, $3::bigint, now())
ON CONFLICT (id) DO NOTHING
