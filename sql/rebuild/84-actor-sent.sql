-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What is sent about our accounts and channels themselves: that they have
-- changed, and that they are no more (federation.md 1.10).

-- The actors that know of one of ours by those who follow it, what belongs to
-- it or what it belongs to, or the server, which tells of all videos.
CREATE FUNCTION actor_audience(subject bigint) RETURNS bigint[]
STABLE LANGUAGE plpgsql AS $$
DECLARE
	account constant bigint := coalesce(
		(SELECT p.id FROM account p WHERE p.actor_id = subject),
		(SELECT c.account_id FROM channel c WHERE c.actor_id = subject));
BEGIN
	RETURN remote_followers(ARRAY[subject, instance_actor()]
		|| ARRAY(SELECT p.actor_id FROM account p WHERE p.id = account)
		|| ARRAY(SELECT c.actor_id FROM channel c
			WHERE c.account_id = account));
END $$;

CREATE FUNCTION actor_update_send(subject bigint) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
	url constant text := (SELECT actor_id(a) FROM actor a
		WHERE a.id = subject AND a.host_id IS NULL);
BEGIN
	IF url IS NULL THEN
		RETURN;
	END IF;
	PERFORM activity_send(subject, json_build_object(
		'@context', ap_context_actor(),
		'type', 'Update',
		'id', url || '/updates/' || iso(clock_timestamp()),
		'actor', url,
		'to', json_build_array(ap_public()),
		'cc', json_build_array(url || '/followers'),
		'object', (SELECT ('{' || m.members || '}')::json
			FROM ap_actor m JOIN actor a ON a.name = m.name
			WHERE a.id = subject)),
		actor_audience(subject), 'actor ' || subject);
END $$;

-- At the end of a transaction, and once, however many rows changed in it: a
-- picture is several.
CREATE FUNCTION actor_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	subject constant bigint := (CASE TG_OP WHEN 'DELETE' THEN OLD
		ELSE NEW END).actor_id;
	told constant text := coalesce(current_setting('cardume.actors_told',
		true), '');
BEGIN
	IF strpos(told, ' ' || subject || ' ') = 0 THEN
		PERFORM set_config('cardume.actors_told', told || ' ' ||
			subject || ' ', true);
		PERFORM actor_update_send(subject);
	END IF;
	RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER actor_changed AFTER UPDATE OF display_name,
	description ON account DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
	WHEN (NEW.user_id IS NOT NULL AND (OLD.display_name, OLD.description)
		IS DISTINCT FROM (NEW.display_name, NEW.description))
	EXECUTE FUNCTION actor_changed();
CREATE CONSTRAINT TRIGGER actor_changed AFTER UPDATE OF display_name,
	description, support, account_id ON channel
	DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
	WHEN ((OLD.display_name, OLD.description, OLD.support, OLD.account_id)
		IS DISTINCT FROM (NEW.display_name, NEW.description,
			NEW.support, NEW.account_id))
	EXECUTE FUNCTION actor_changed();
CREATE CONSTRAINT TRIGGER actor_changed AFTER INSERT OR DELETE ON actor_image
	DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
	EXECUTE FUNCTION actor_changed();

-- The last word of one of ours; its key is kept for it (67-delivery-worker.sql).
CREATE FUNCTION actor_leaves() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	url constant text := actor_id(OLD);
BEGIN
	PERFORM activity_send(OLD.id, json_build_object(
		'type', 'Delete', 'id', url || '/delete', 'actor', url,
		'to', json_build_array(ap_public()),
		'cc', json_build_array(url || '/followers'), 'object', url),
		actor_audience(OLD.id));
	RETURN OLD;
END $$;
CREATE TRIGGER actor_leaves BEFORE DELETE ON actor
	FOR EACH ROW WHEN (OLD.host_id IS NULL) EXECUTE FUNCTION actor_leaves();

-- The document of one of ours, or what became of it: its name is never given
-- out again.
CREATE FUNCTION ap_actor_document(named text, is_group boolean) RETURNS text
STABLE LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM actor a WHERE a.name = named)
			AND EXISTS (SELECT FROM used_name u WHERE u.name = named)
	THEN
		PERFORM refuse('410', 'This is no more.');
	END IF;
	RETURN (SELECT ap_document(ap_context_actor(), m.members)
		FROM ap_actor m
		WHERE m.name = named AND (m.kind = 'Group') = is_group);
END $$;
