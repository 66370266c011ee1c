-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What search engines may know of: what is ours; at most 25,000 addresses of each kind.
SELECT json_build_object(
	'videos', coalesce((SELECT json_agg(json_build_object(
			'shortUUID', v.short_uuid,
			'updatedAt', iso(v.updated_at)))
		FROM (SELECT short_uuid, updated_at FROM video
			WHERE is_published AND privacy = 1 AND host_id IS NULL
			ORDER BY published_at DESC, id DESC LIMIT 25000) v), '[]'),
	'channels', coalesce((SELECT json_agg(a.name ORDER BY c.id)
		FROM (SELECT h.id, h.actor_id FROM channel h
			JOIN actor o ON o.id = h.actor_id
				AND o.host_id IS NULL
			ORDER BY h.id LIMIT 20000) c
		JOIN actor a ON a.id = c.actor_id), '[]'))
