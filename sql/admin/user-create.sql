-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param name text 1..50
-- param email text 3..400
-- param password_hash text 1..200
-- param role int 0..2
-- param account_public_key text 1..10000
-- param account_private_key text 1..10000
-- param channel_public_key text 1..10000
-- param channel_private_key text 1..10000
-- A user, the account and the default channel, named as PeerTube names it.
WITH name AS (
	SELECT CASE WHEN char_length($1) > 42 OR EXISTS (
			SELECT FROM used_name WHERE name = $1 || '_channel')
		THEN gen_random_uuid()::text ELSE $1 || '_channel' END
		AS channel
), new_user AS (
	INSERT INTO app_user (email, password_hash, role, video_quota,
		video_quota_daily)
	VALUES ($2, $3, $4::smallint,
		coalesce(setting('user.video_quota')::bigint, -1),
		coalesce(setting('user.video_quota_daily')::bigint, -1))
	RETURNING id
), person AS (
	INSERT INTO actor (kind, name, public_key) VALUES ('Person', $1, $5)
	RETURNING id
), new_account AS (
	INSERT INTO account (actor_id, actor_kind, user_id, display_name)
	SELECT person.id, 'Person', new_user.id, $1 FROM person, new_user
	RETURNING id
), channel_actor AS (
	INSERT INTO actor (kind, name, public_key)
	SELECT 'Group', name.channel, $7 FROM name RETURNING id
), keys AS (
	INSERT INTO actor_key (actor_id, private_key)
	SELECT id, $6 FROM person UNION ALL SELECT id, $8 FROM channel_actor
)
INSERT INTO channel (actor_id, account_id, display_name)
SELECT channel_actor.id, new_account.id, 'Main ' || $1 || ' channel'
FROM channel_actor, new_account
RETURNING (SELECT id FROM new_user), (SELECT channel FROM name)
