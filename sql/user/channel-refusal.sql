-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param viewer viewer
-- param name text 1..200
-- Why user/channel-create would make no channel of this name: the constraint
-- or 'room'; NULL: it would. Asked first, for a channel's key takes long.
SELECT CASE
	WHEN $2 !~ '^[a-z0-9][a-z0-9._-]{0,49}$' THEN 'actor_name_check'
	WHEN EXISTS (SELECT FROM used_name WHERE name = $2)
		THEN 'used_name_pkey'
	WHEN (SELECT count(*) FROM account o
			JOIN channel c ON c.account_id = o.id
			WHERE o.user_id = $1::bigint)
		>= coalesce(setting('user.channels_max')::int, 20) THEN 'room'
END
