-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /.well-known/nodeinfo
-- cache 600
-- Where NodeInfo is, and the server's own actor (FEP-2677).
SELECT json_build_object('links', json_build_array(
	json_build_object(
		'rel', 'http://nodeinfo.diaspora.software/ns/schema/2.0',
		'href', origin() || '/nodeinfo/2.0.json'),
	json_build_object(
		'rel', 'http://nodeinfo.diaspora.software/ns/schema/2.1',
		'href', origin() || '/nodeinfo/2.1.json'),
	json_build_object(
		'rel', 'https://www.w3.org/ns/activitystreams#Application',
		'href', actor_url(a.kind, a.name))))
FROM actor a
WHERE a.kind = 'Application' AND a.host_id IS NULL
