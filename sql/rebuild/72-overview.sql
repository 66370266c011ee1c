-- SPDX-License-Identifier: AGPL-3.0-or-later
-- What there is to discover: a category, a channel and a tag for each page,
-- with their newest videos. Taken from the 1,000 newest videos; a subject
-- needs 6 of them. Their order is another each half hour.

CREATE FUNCTION overview(page int, viewer bigint) RETURNS json
STABLE LANGUAGE plpgsql AS $$
DECLARE
	wanted constant text := nsfw_wanted(NULL, viewer);
	hidden constant record := muted(viewer);
	turn constant text := floor(extract(epoch FROM now()) / 1800);
BEGIN
	RETURN (WITH newest AS MATERIALIZED (
		SELECT v.id, v.category_id, v.channel_id, v.tags,
			row_number() OVER () AS nr
		FROM (SELECT * FROM video v
			WHERE video_is_listed(v)
				AND v.channel_id <> ALL (hidden.channels)
				AND coalesce(v.host_id, 0) <> ALL (hidden.hosts)
				AND (wanted = 'both' OR v.nsfw = (wanted = 'true'))
			ORDER BY published_at DESC, id DESC LIMIT 1000) v
	), member (kind, name, id, nr) AS (
		SELECT 'category', category_id::text, id, nr FROM newest
		WHERE category_id IS NOT NULL
		UNION ALL SELECT 'channel', channel_id::text, id, nr FROM newest
		UNION ALL SELECT 'tag', t, id, nr FROM newest, unnest(tags) t
	), subject AS (
		SELECT kind, name, (array_agg(id ORDER BY nr))[1:12] AS ids,
			row_number() OVER (PARTITION BY kind
				ORDER BY md5(turn || name)) AS place
		FROM member GROUP BY kind, name HAVING count(*) >= 6
	), shown AS MATERIALIZED (
		SELECT kind, name, video_items(ids, false) AS videos
		FROM subject WHERE place = page
	)
	SELECT json_build_object(
		'categories', (SELECT coalesce(json_agg(json_build_object(
			'category', enum(c.id, c.label), 'videos', s.videos)),
			'[]') FROM shown s JOIN category c
			ON s.kind = 'category' AND c.id::text = s.name),
		'channels', (SELECT coalesce(json_agg(json_build_object(
			'channel', c.face, 'videos', s.videos)), '[]')
			FROM shown s JOIN channel c
			ON s.kind = 'channel' AND c.id = s.name::bigint),
		'tags', (SELECT coalesce(json_agg(json_build_object(
			'tag', s.name, 'videos', s.videos)), '[]')
			FROM shown s WHERE s.kind = 'tag')));
END $$;
