-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/server/following
-- viewer admin
-- status 204
-- field hosts list 0..100
-- field handles list 0..100
-- Follows other instances, channels and accounts, as soon as they have been
-- found and have said yes.
SELECT CASE
	WHEN num_nonnulls($1::text[], $2::text[]) = 0
		THEN refuse_field('hosts', 'hosts or handles are needed')
	WHEN EXISTS (SELECT FROM unnest($1::text[]) h
		WHERE h !~ '^[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?$')
		THEN refuse_field('hosts', 'hosts should be names of hosts')
	WHEN EXISTS (SELECT FROM unnest($2::text[]) h
		WHERE h !~ '^[^@[:space:]]{1,50}@[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?$')
		THEN refuse_field('handles', 'handles should be name@host')
	ELSE server_follow($1::text[], $2::text[])
END
