-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param viewer viewer
-- param session_id int 0..9223372036854775807
-- Browsers and applications where the viewer is signed in, this one first.
WITH signed_in AS (
	SELECT 'session' AS kind, id, created_at, last_seen_at, address,
		device_name(user_agent) AS device, id = $2::bigint AS is_current
	FROM session WHERE user_id = $1::bigint AND expires_at > now()
	UNION ALL
	SELECT 'token', t.id, t.created_at, t.last_seen_at, address,
		coalesce(t.name, a.name, device_name(user_agent)), false
	FROM token t LEFT JOIN oauth_app a ON a.id = t.app_id
	WHERE user_id = $1::bigint AND refresh_expires_at > now()
)
SELECT json_build_object(
	'hasOthers', coalesce(bool_or(NOT is_current), false),
	'sessions', coalesce(json_agg(json_build_object(
		'kind', kind,
		'id', id,
		'isCurrent', is_current,
		'isApplication', kind = 'token',
		'device', device,
		'address', coalesce(host(address), '?'),
		'createdAt', iso(created_at),
		'lastSeenAt', iso(last_seen_at))
		ORDER BY is_current DESC, last_seen_at DESC NULLS LAST, id),
		'[]'))
FROM signed_in
