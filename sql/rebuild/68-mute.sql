-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Muted are accounts and servers that a user, or the instance, does not want
-- to see.

-- A server is known by the host of its ids, and by that of its handles.
CREATE FUNCTION is_muted(viewer bigint, account bigint) RETURNS boolean
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN EXISTS (SELECT FROM account_block b
		WHERE b.account_id = account
			AND (b.owner_id IS NULL OR b.owner_id = viewer))
	OR EXISTS (SELECT FROM account c
		JOIN actor a ON a.id = c.actor_id
		JOIN host h ON h.id = a.host_id
		JOIN server_block b ON b.host IN (h.name, handle_host(a.name))
		WHERE c.id = account
			AND (b.owner_id IS NULL OR b.owner_id = viewer));
END $$;

-- The same for who is known by an account.
CREATE FUNCTION is_muted_by(me bigint, account bigint) RETURNS boolean
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN is_muted((SELECT c.user_id FROM account c WHERE c.id = me),
		account);
END $$;

-- All of them, for lists; NULL where there are none, so that a condition on
-- them folds away.
CREATE FUNCTION muted_accounts(viewer bigint) RETURNS bigint[]
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT array_agg(b.account_id) FROM account_block b
		WHERE b.owner_id IS NULL OR b.owner_id = viewer);
END $$;

CREATE FUNCTION muted_channels(viewer bigint) RETURNS bigint[]
STABLE LANGUAGE plpgsql AS $$
DECLARE
	muted constant bigint[] := muted_accounts(viewer);
BEGIN
	IF muted IS NULL THEN
		RETURN NULL;
	END IF;
	RETURN (SELECT array_agg(c.id) FROM channel c
		WHERE c.account_id = ANY (muted));
END $$;

-- The servers, of those that we have heard of. What is theirs has host_id, so
-- that nobody need list it.
CREATE FUNCTION muted_hosts(viewer bigint) RETURNS bigint[]
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN (SELECT array_agg(DISTINCT h.id) FROM server_block b
		JOIN host h ON h.name = b.host
		WHERE b.owner_id IS NULL OR b.owner_id = viewer);
END $$;

-- Both for queries of pages, which read them once: `x <> ALL (channels)` and
-- `coalesce(host_id, 0) <> ALL (hosts)`.
CREATE FUNCTION muted(viewer bigint, OUT accounts bigint[],
	OUT channels bigint[], OUT hosts bigint[]) STABLE LANGUAGE plpgsql AS $$
BEGIN
	accounts := coalesce(muted_accounts(viewer), '{}');
	channels := coalesce(muted_channels(viewer), '{}');
	hosts := coalesce(muted_hosts(viewer), '{}');
END $$;
