-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Clears what the other files of this folder make: triggers, views,
-- functions and rights in schema public, save those of extensions. Tables and
-- their data are not touched: a function that a table needs (an index, a
-- default) cannot be dropped and must come from a migration.
DO $$
DECLARE
	statement text;
BEGIN
	FOR statement IN
		SELECT format('DROP TRIGGER %I ON %s', t.tgname,
			t.tgrelid::regclass)
		FROM pg_trigger t
		JOIN pg_class c ON c.oid = t.tgrelid
		WHERE c.relnamespace = 'public'::regnamespace
			AND NOT t.tgisinternal AND t.tgparentid = 0
	LOOP
		EXECUTE statement;
	END LOOP;
	FOR statement IN
		SELECT format('DROP %s IF EXISTS %s CASCADE',
			CASE c.relkind WHEN 'v' THEN 'VIEW'
				ELSE 'MATERIALIZED VIEW' END,
			format('%I.%I', n.nspname, c.relname))
		FROM pg_class c
		JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = 'public' AND c.relkind IN ('v', 'm')
			AND NOT EXISTS (SELECT FROM pg_depend d
				WHERE d.classid = 'pg_class'::regclass
				AND d.objid = c.oid AND d.deptype = 'e')
	LOOP
		EXECUTE statement;
	END LOOP;
	-- One statement, since they may need each other.
	SELECT 'DROP ROUTINE ' || string_agg(p.oid::regprocedure::text, ', ')
	INTO statement
	FROM pg_proc p
	WHERE p.pronamespace = 'public'::regnamespace
		AND NOT EXISTS (SELECT FROM pg_depend d
			WHERE d.classid = 'pg_proc'::regclass
			AND d.objid = p.oid AND d.deptype = 'e');
	IF statement IS NOT NULL THEN
		EXECUTE statement;
	END IF;
END $$;

-- A right that is no longer granted is gone.
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM cardume_page, cardume_api,
	cardume_ap, cardume_upload, cardume_worker;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM cardume_page, cardume_api,
	cardume_ap, cardume_upload, cardume_worker;
