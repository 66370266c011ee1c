-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param actor int 1..9223372036854775807 required
-- An actor's public key and its id.
SELECT public_key, url FROM actor WHERE id = $1::bigint
