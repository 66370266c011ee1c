-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param public_key text 1..10000
-- param private_key text 1..10000
-- The actor of the instance itself, under the name every PeerTube gives it.
WITH server AS (
	INSERT INTO actor (kind, name, public_key)
	VALUES ('Application', 'peertube', $1) RETURNING id
), server_key AS (
	INSERT INTO actor_key (actor_id, private_key)
	SELECT id, $2 FROM server
)
INSERT INTO account (actor_id, actor_kind, display_name)
SELECT id, 'Application', 'peertube' FROM server
