-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page
-- param viewer viewer
-- param choice text 0..3
-- What one chose about sharing with other viewers, or the site for one.
SELECT json_build_object(
	'isAllowed', setting('peers.mode') <> 'off',
	'hasStun', setting('peers.stun') <> '[]',
	'isOn', p2p_is_on(CASE $2 WHEN 'yes' THEN true WHEN 'no' THEN false
		ELSE (SELECT p2p_enabled FROM app_user
			WHERE id = $1::bigint) END))
