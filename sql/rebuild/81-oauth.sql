-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Where one is signed in by tokens, and the second factor.

-- Token sessions --------------------------------------------------------------

-- One's own, and an administrator's of everybody.
CREATE FUNCTION check_token_sessions(viewer bigint, who bigint) RETURNS void
STABLE LANGUAGE plpgsql AS $$
BEGIN
	IF viewer = who THEN
		RETURN;
	END IF;
	IF (SELECT role FROM app_user WHERE id = viewer) <> 0 THEN
		PERFORM refuse('403', 'These are the sessions of another user.');
	END IF;
	IF NOT EXISTS (SELECT FROM app_user WHERE id = who) THEN
		PERFORM refuse('404', 'User not found');
	END IF;
END $$;

CREATE FUNCTION token_sessions(viewer bigint, who bigint, current bigint,
	skip int, max int, sort text) RETURNS json STABLE LANGUAGE plpgsql AS $$
BEGIN
	PERFORM check_token_sessions(viewer, who);
	RETURN (SELECT listed(
		(SELECT count(*) FROM token
			WHERE user_id = who AND refresh_expires_at > now()),
		(SELECT json_agg(json_build_object(
			'id', t.id,
			'currentSession', t.id = current,
			'loginDevice', t.user_agent,
			'loginIP', host(t.address),
			'loginDate', iso(t.created_at),
			'lastActivityDevice',
				coalesce(t.last_agent, t.user_agent),
			'lastActivityIP',
				host(coalesce(t.last_address, t.address)),
			'lastActivityDate',
				iso(coalesce(t.last_seen_at, t.created_at)),
			'createdAt', iso(t.created_at)))
		FROM (SELECT * FROM token
			WHERE user_id = who AND refresh_expires_at > now()
			ORDER BY CASE WHEN sort = 'createdAt' THEN id END,
				id DESC
			OFFSET skip LIMIT max) t)));
END $$;

CREATE FUNCTION token_session_revoke_write(viewer bigint, who bigint,
	session_id bigint) RETURNS json LANGUAGE plpgsql AS $$
BEGIN
	PERFORM check_token_sessions(viewer, who);
	DELETE FROM token WHERE id = session_id AND user_id = who;
	IF NOT FOUND THEN
		PERFORM refuse('404', 'Session not found');
	END IF;
	RETURN json_build_object('success', true);
END $$;

-- Two factors -----------------------------------------------------------------

-- Whose second factor `viewer` may change: one's own; who manages users may
-- help others out, but the account that nobody manages.
CREATE FUNCTION two_factor_target(viewer bigint, who bigint,
	OUT username text, OUT is_on boolean) STABLE LANGUAGE plpgsql AS $$
BEGIN
	IF viewer <> who THEN
		PERFORM check_manages(viewer, who);
		IF is_root(who) THEN
			PERFORM refuse('403', 'This is the first user''s own.');
		END IF;
	END IF;
	SELECT a.name INTO username FROM account c
	JOIN actor a ON a.id = c.actor_id WHERE c.user_id = who;
	is_on := EXISTS (SELECT FROM two_factor t WHERE t.user_id = who);
END $$;

GRANT SELECT, INSERT, DELETE, UPDATE (last_step) ON two_factor
	TO cardume_page, cardume_api;
GRANT UPDATE (last_seen_at, last_address, last_agent) ON token
	TO cardume_upload;
