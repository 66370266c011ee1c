-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param actor int 1..9223372036854775807 required
-- The key an actor of ours signs with, and its id.
SELECT key_id, private_key FROM signing_key($1::bigint)
