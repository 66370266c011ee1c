-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What is wrong inside the database, in words; no row: nothing.
SELECT 'there is no server actor: run "cardume setup"'
WHERE NOT EXISTS (SELECT FROM actor WHERE kind = 'Application'
	AND host_id IS NULL)
UNION ALL
SELECT 'there is no OAuth client: run "cardume setup"'
WHERE NOT EXISTS (SELECT FROM oauth_client)
UNION ALL
SELECT 'there is no admin who may sign in: run "cardume user create NAME'
	' --role admin ..."'
WHERE NOT EXISTS (SELECT FROM app_user WHERE role = 0 AND NOT is_blocked)
UNION ALL
SELECT format('the origin was %s and is %s in cardume.conf: remote instances'
	' know the old one; run "cardume setup" if this is meant',
	s.value, origin())
FROM setting s WHERE s.name = 'origin' AND s.value <> origin()
UNION ALL
SELECT format('actor %s has no private key', a.name)
FROM actor a LEFT JOIN actor_key k ON k.actor_id = a.id
WHERE k.actor_id IS NULL AND a.host_id IS NULL
UNION ALL
SELECT format('%s jobs are dead: see "cardume job list dead"', count(*))
FROM job WHERE state = 4 HAVING count(*) > 0
UNION ALL
SELECT format('%s jobs have been ready for over ten minutes: does a worker'
	' run?', count(*))
FROM job WHERE state = 0 AND run_at < now() - interval '10 minutes'
HAVING count(*) > 0
