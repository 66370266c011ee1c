-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Muted are accounts that a user, or the instance, does not want to see.

CREATE FUNCTION is_muted(viewer bigint, account bigint) RETURNS boolean
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN EXISTS (SELECT FROM account_block b
		WHERE b.account_id = account
			AND (b.owner_id IS NULL OR b.owner_id = viewer));
END $$;

-- The same for who is known by an account.
CREATE FUNCTION is_muted_by(me bigint, account bigint) RETURNS boolean
STABLE LANGUAGE plpgsql AS $$
BEGIN
	RETURN EXISTS (SELECT FROM account_block b
		WHERE b.account_id = account AND (b.owner_id IS NULL
			OR b.owner_id = (SELECT c.user_id FROM account c
				WHERE c.id = me)));
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
