-- SPDX-License-Identifier: AGPL-3.0-or-later
-- The server's own actor is asked for with each activity that is forwarded:
-- without reading all actors that are known.
CREATE INDEX actor_instance ON actor (id)
	WHERE kind = 'Application' AND host_id IS NULL;
