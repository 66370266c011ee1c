-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param id int 1..9223372036854775807 required
-- param body text 1..1000000 required
-- An activity with its signature.
UPDATE activity SET body = $2, wants_proof = false
WHERE id = $1::bigint AND wants_proof
