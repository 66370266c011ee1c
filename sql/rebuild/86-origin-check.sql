-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What was deleted elsewhere while we were not told: each week the origin of a
-- comment, a share or a rate is asked once whether it is still there
-- (federation.md 1.17).

-- What was not asked for in a week, the longest first; `a` and `b` are its key.
CREATE FUNCTION origin_due(most int)
RETURNS TABLE (kind text, a bigint, b bigint, url text, at timestamptz)
STABLE LANGUAGE plpgsql AS $$
DECLARE
	week_ago constant timestamptz := now() - interval '7 days';
BEGIN
	RETURN QUERY SELECT d.* FROM (
		(SELECT 'comment', c.id, 0::bigint, c.url, c.checked_at
		FROM comment c WHERE c.url IS NOT NULL AND c.deleted_at IS NULL
			AND c.url !~ '#' AND c.checked_at < week_ago
		ORDER BY c.checked_at LIMIT most)
		UNION ALL (SELECT 'share', s.video_id, s.actor_id, s.url,
			s.checked_at
		FROM share s WHERE s.url IS NOT NULL
			AND s.url !~ '#|/activities/' AND s.checked_at < week_ago
		ORDER BY s.checked_at LIMIT most)
		UNION ALL (SELECT 'rate', r.video_id, r.account_id, r.url,
			r.checked_at
		FROM rate r WHERE r.url IS NOT NULL
			AND r.url ~ '/(dis)?likes/[0-9]{1,18}$'
			AND r.url !~ '#' AND r.checked_at < week_ago
		ORDER BY r.checked_at LIMIT most)) d
	ORDER BY 5 LIMIT most;
END $$;

CREATE FUNCTION origin_checked_write(is_a text, first bigint, second bigint,
	moment timestamptz) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	CASE is_a
	WHEN 'comment' THEN
		UPDATE comment c SET checked_at = moment WHERE c.id = first;
	WHEN 'share' THEN
		UPDATE share s SET checked_at = moment
		WHERE s.video_id = first AND s.actor_id = second;
	ELSE
		UPDATE rate r SET checked_at = moment
		WHERE r.video_id = first AND r.account_id = second;
	END CASE;
END $$;

-- By the sweep: jobs for at most `most` of them, `each` of one server. What a
-- server has beyond that comes again tomorrow, so that it keeps no other
-- waiting; servers that cannot be reached are left alone for a week.
CREATE FUNCTION origin_check_write(most int, each_host int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
	d record;
	taken int := 0;
BEGIN
	FOR d IN SELECT o.*, h.dead, row_number() OVER (
			PARTITION BY ap_host(o.url) ORDER BY o.at) <= each_host
			AS in_turn
		FROM origin_due(3 * most) o
		LEFT JOIN host h ON h.name = ap_host(o.url)
		ORDER BY o.at
	LOOP
		EXIT WHEN taken >= most;
		PERFORM origin_checked_write(d.kind, d.a, d.b, CASE
			WHEN d.in_turn THEN now()
			ELSE now() - interval '6 days' END);
		IF d.in_turn AND d.dead IS NOT TRUE THEN
			taken := taken + 1;
			PERFORM fetch_later(jsonb_build_object('what', 'check',
				'kind', d.kind, 'a', d.a, 'b', d.b, 'url', d.url),
				format('check %s %s %s', d.kind, d.a, d.b));
		END IF;
	END LOOP;
	RETURN taken;
END $$;

-- Job `fetch {what: check, kind, a, b, url}`: 404, 410 and Tombstones take it
-- away; no other answer says anything.
CREATE FUNCTION fetch_check(argument jsonb) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
	place constant text := argument ->> 'url';
	first constant bigint := argument ->> 'a';
	second constant bigint := argument ->> 'b';
	got jsonb;
BEGIN
	BEGIN
		got := ap_fetched(place, interval '1 minute');
	EXCEPTION WHEN SQLSTATE 'AP002' OR SQLSTATE 'AP003' THEN
		RETURN 'left: ' || SQLERRM;
	END;
	IF got IS NOT NULL AND ap_type(got) IS DISTINCT FROM 'Tombstone' THEN
		RETURN 'still there';
	END IF;
	CASE argument ->> 'kind'
	WHEN 'comment' THEN
		PERFORM comment_erase_write(ARRAY[c.id]) FROM comment c
		WHERE c.id = first AND c.url = place;
	WHEN 'share' THEN
		DELETE FROM share s WHERE s.video_id = first
			AND s.actor_id = second AND s.url = place;
	ELSE
		DELETE FROM rate r WHERE r.video_id = first
			AND r.account_id = second AND r.url = place;
	END CASE;
	RETURN 'gone';
END $$;

REVOKE ALL ON FUNCTION origin_check_write FROM PUBLIC;
GRANT EXECUTE ON FUNCTION origin_check_write TO cardume_worker;
