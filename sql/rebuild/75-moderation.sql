-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Blocked videos, muted accounts and servers, reports.

-- A row in video_blacklist is what blocks a video; the column is what all
-- queries look at (20-video.sql). Another reason touches it too: documents of
-- the video have it.
CREATE FUNCTION video_blacklisted() RETURNS trigger
SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
	UPDATE video SET is_blocked = TG_OP <> 'DELETE'
	WHERE id = (CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END).video_id;
	RETURN NULL;
END $$;
CREATE TRIGGER video_blacklisted AFTER INSERT OR DELETE OR UPDATE OF reason
	ON video_blacklist FOR EACH ROW EXECUTE FUNCTION video_blacklisted();

-- The block of a video, for moderators.
CREATE FUNCTION video_blacklist_of(named text) RETURNS bigint
STABLE LANGUAGE plpgsql AS $$
DECLARE
	video bigint := video_id(named);
	found bigint := (SELECT id FROM video_blacklist b
		WHERE b.video_id = video);
BEGIN
	IF video IS NULL THEN
		PERFORM refuse('404', 'Video not found');
	ELSIF found IS NULL THEN
		PERFORM refuse('404', 'The video is not blocked.');
	END IF;
	RETURN found;
END $$;

CREATE FUNCTION video_blacklist_insert(named text, reason text,
	unfederate boolean) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	video bigint := video_id(named);
BEGIN
	IF video IS NULL THEN
		PERFORM refuse('404', 'Video not found');
	END IF;
	INSERT INTO video_blacklist (video_id, reason, unfederated, type)
	VALUES (video, reason, unfederate, 1)
	ON CONFLICT (video_id) DO NOTHING;
	IF NOT FOUND THEN
		PERFORM refuse('409', 'The video is blocked already.');
	END IF;
END $$;

-- The blocks of videos. Few next to videos: orders that are not by their own
-- columns sort them.
CREATE FUNCTION video_blacklist_list(first int, nr int, sort text,
	wanted smallint, words text) RETURNS json
STABLE LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE
	ids bigint[];
	total bigint;
BEGIN
	ids := ARRAY(SELECT b.id FROM video_blacklist b
		JOIN video v ON v.id = b.video_id
		WHERE (wanted IS NULL OR b.type = wanted)
			AND (words IS NULL OR v.name ILIKE words)
		ORDER BY
			CASE WHEN sort = '-createdAt' THEN b.created_at END
				DESC,
			CASE sort WHEN '-duration' THEN v.duration
				WHEN '-views' THEN v.views
				WHEN '-likes' THEN v.likes
				WHEN '-dislikes' THEN v.dislikes END DESC,
			CASE WHEN sort = '-name' THEN v.name END DESC,
			CASE WHEN sort = '-uuid' THEN v.uuid END DESC,
			CASE WHEN sort LIKE '-%' THEN b.id END DESC,
			CASE WHEN sort = 'createdAt' THEN b.created_at END,
			CASE sort WHEN 'duration' THEN v.duration
				WHEN 'views' THEN v.views
				WHEN 'likes' THEN v.likes
				WHEN 'dislikes' THEN v.dislikes END,
			CASE WHEN sort = 'name' THEN v.name END,
			CASE WHEN sort = 'uuid' THEN v.uuid END,
			b.id
		LIMIT nr OFFSET first);
	SELECT count(*) INTO total FROM (SELECT FROM video_blacklist b
		JOIN video v ON v.id = b.video_id
		WHERE (wanted IS NULL OR b.type = wanted)
			AND (words IS NULL OR v.name ILIKE words)
		LIMIT 10000) limited;
	RETURN listed(total, (SELECT json_agg(json_build_object(
			'id', b.id, 'type', b.type, 'reason', b.reason,
			'unfederated', b.unfederated,
			'video', video_items(ARRAY[b.video_id], false) -> 0,
			'createdAt', iso(b.created_at),
			'updatedAt', iso(b.updated_at)) ORDER BY k.nr)
		FROM unnest(ids) WITH ORDINALITY k (id, nr)
		JOIN video_blacklist b ON b.id = k.id));
END $$;

-- Mutes; `owner` NULL: for the instance. What the muted one has told them of
-- goes.
CREATE FUNCTION account_block_insert(owner bigint, viewer bigint, name text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	account bigint := account_named(name);
BEGIN
	IF account = account_of(viewer) THEN
		PERFORM refuse('409', 'You cannot block yourself.');
	END IF;
	INSERT INTO account_block (owner_id, account_id)
	VALUES (owner, account)
	ON CONFLICT (owner_id, account_id) DO NOTHING;
	DELETE FROM notification n
	WHERE n.account_id = account AND n.type IN (1, 2, 10, 11)
		AND (owner IS NULL OR n.user_id = owner);
END $$;

CREATE FUNCTION account_block_delete(owner bigint, name text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	account bigint := account_named(name);
BEGIN
	DELETE FROM account_block b
	WHERE b.owner_id IS NOT DISTINCT FROM owner AND b.account_id = account;
	IF NOT FOUND THEN
		PERFORM refuse('404', 'Account block entry not found.');
	END IF;
END $$;

CREATE FUNCTION host_checked(host text) RETURNS text
IMMUTABLE LANGUAGE plpgsql AS $$
BEGIN
	IF lower(host) !~ '^[a-z0-9]([a-z0-9.-]{0,252}[a-z0-9])?(:[0-9]{1,5})?$'
	THEN
		PERFORM refuse_field('host', 'Should have a valid host');
	END IF;
	RETURN lower(host);
END $$;

CREATE FUNCTION server_block_insert(owner bigint, named text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	wanted constant text := host_checked(named);
BEGIN
	IF wanted = our_host() THEN
		PERFORM refuse('409', 'You cannot block your own server.');
	END IF;
	INSERT INTO server_block (owner_id, host) VALUES (owner, wanted)
	ON CONFLICT (owner_id, host) DO NOTHING;
	DELETE FROM notification n USING account c, actor a, host h
	WHERE c.id = n.account_id AND a.id = c.actor_id AND h.id = a.host_id
		AND wanted IN (h.name, handle_host(a.name))
		AND n.type IN (1, 2, 10, 11)
		AND (owner IS NULL OR n.user_id = owner);
END $$;

CREATE FUNCTION server_block_delete(owner bigint, named text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	DELETE FROM server_block b
	WHERE b.owner_id IS NOT DISTINCT FROM owner
		AND b.host = host_checked(named);
	IF NOT FOUND THEN
		PERFORM refuse('404', 'Server block entry not found.');
	END IF;
END $$;

-- The accounts and servers that `owner` mutes. (The key's index finds a
-- NULL by IS NULL alone: hence one branch for each.)
CREATE FUNCTION account_block_list(owner bigint, first int, nr int,
	sort text, words text) RETURNS json
STABLE LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE
	muter constant bigint := coalesce(account_of(owner), server_account());
	ids bigint[];
	total bigint;
BEGIN
	ids := ARRAY(SELECT b.id FROM account_block b
		WHERE CASE WHEN owner IS NULL THEN b.owner_id IS NULL
				ELSE b.owner_id = owner END
			AND (words IS NULL OR EXISTS (SELECT FROM account c
				JOIN actor a ON a.id = c.actor_id
				WHERE c.id = b.account_id
					AND a.name ILIKE words))
		ORDER BY CASE WHEN sort = '-createdAt' THEN b.created_at END
				DESC,
			CASE WHEN sort = '-createdAt' THEN b.id END DESC,
			b.created_at, b.id
		LIMIT nr OFFSET first);
	SELECT count(*) INTO total FROM (SELECT FROM account_block b
		WHERE CASE WHEN owner IS NULL THEN b.owner_id IS NULL
				ELSE b.owner_id = owner END
			AND (words IS NULL OR EXISTS (SELECT FROM account c
				JOIN actor a ON a.id = c.actor_id
				WHERE c.id = b.account_id
					AND a.name ILIKE words))
		LIMIT 10000) limited;
	RETURN listed(total, (SELECT json_agg(json_build_object(
			'byAccount', d.document,
			'blockedAccount', e.document,
			'createdAt', iso(b.created_at)) ORDER BY k.nr)
		FROM unnest(ids) WITH ORDINALITY k (id, nr)
		JOIN account_block b ON b.id = k.id
		JOIN account_document d ON d.id = muter
		JOIN account_document e ON e.id = b.account_id));
END $$;

CREATE FUNCTION server_block_list(owner bigint, first int, nr int,
	sort text, words text) RETURNS json
STABLE LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE
	muter constant bigint := coalesce(account_of(owner), server_account());
	ids bigint[];
	total bigint;
BEGIN
	ids := ARRAY(SELECT b.id FROM server_block b
		WHERE CASE WHEN owner IS NULL THEN b.owner_id IS NULL
				ELSE b.owner_id = owner END
			AND (words IS NULL OR b.host ILIKE words)
		ORDER BY CASE WHEN sort = '-createdAt' THEN b.created_at END
				DESC,
			CASE WHEN sort = '-createdAt' THEN b.id END DESC,
			b.created_at, b.id
		LIMIT nr OFFSET first);
	SELECT count(*) INTO total FROM (SELECT FROM server_block b
		WHERE CASE WHEN owner IS NULL THEN b.owner_id IS NULL
				ELSE b.owner_id = owner END
			AND (words IS NULL OR b.host ILIKE words)
		LIMIT 10000) limited;
	RETURN listed(total, (SELECT json_agg(json_build_object(
			'byAccount', d.document,
			'blockedServer', json_build_object('host', b.host),
			'createdAt', iso(b.created_at)) ORDER BY k.nr)
		FROM unnest(ids) WITH ORDINALITY k (id, nr)
		JOIN server_block b ON b.id = k.id
		JOIN account_document d ON d.id = muter));
END $$;

-- GET blocklist/status: handles and hosts as keys.
CREATE FUNCTION block_status(viewer bigint, handles text[], hosts text[])
RETURNS json STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN json_build_object(
	'accounts', (SELECT coalesce(json_object_agg(
			CASE WHEN h.name = username(h.name) THEN h.name
				ELSE h.given END,
			json_build_object(
			'blockedByServer', EXISTS (SELECT FROM account_block b
				WHERE b.owner_id IS NULL
					AND b.account_id = c.id),
			'blockedByUser', EXISTS (SELECT FROM account_block b
				WHERE b.owner_id = viewer
					AND b.account_id = c.id))), '{}')
		FROM (SELECT DISTINCT ON (handle(u.given)) u.given,
				handle(u.given) AS name
			FROM unnest(handles) u (given)
			ORDER BY handle(u.given), u.given) h
		LEFT JOIN actor a ON a.name = h.name
		LEFT JOIN account c ON c.actor_id = a.id),
	'hosts', (SELECT coalesce(json_object_agg(h.host, json_build_object(
			'blockedByServer', EXISTS (SELECT FROM server_block b
				WHERE b.owner_id IS NULL
					AND b.host = lower(h.host)),
			'blockedByUser', EXISTS (SELECT FROM server_block b
				WHERE b.owner_id = viewer
					AND b.host = lower(h.host)))), '{}')
		FROM (SELECT DISTINCT host FROM unnest(hosts) host) h));
END $$;

-- New videos of plain users wait for a moderator's look where the admin says
-- so; not those of whom an admin trusts (admin_flags).
CREATE FUNCTION video_blacklist_new() RETURNS trigger
SECURITY DEFINER SET search_path = public, pg_temp LANGUAGE plpgsql AS $$
BEGIN
	IF setting('auto_blacklist.videos.of_users') = 'true' AND EXISTS (SELECT
			FROM app_user u WHERE u.id = video_owner(NEW)
			AND u.role = 2 AND u.admin_flags & 1 = 0) THEN
		INSERT INTO video_blacklist (video_id, type)
		VALUES (NEW.id, 2);
	END IF;
	RETURN NULL;
END $$;
CREATE TRIGGER video_blacklist_new AFTER INSERT ON video
	FOR EACH ROW EXECUTE FUNCTION video_blacklist_new();

GRANT SELECT ON video_blacklist TO cardume_page, cardume_api, cardume_upload;
GRANT SELECT ON account_block, server_block TO cardume_page, cardume_api,
	cardume_upload;
GRANT INSERT, UPDATE, DELETE ON video_blacklist TO cardume_api;
GRANT INSERT, DELETE ON account_block, server_block TO cardume_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON notification TO cardume_api;
