-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Fills an empty instance for measurements: psql -v videos=10000 -f this.
-- Each video has 2 HLS files and 1 web video, which exist as rows only.
-- More than 100,000 videos are made without triggers: what these keep is
-- filled in afterwards, save the cards and objects of pages and federation.
\if :{?videos}
\else
\set videos 10000
\endif
\if :{?channels}
\else
\set channels 500
\endif
\if :{?users}
\else
\set users 100
\endif
\set ON_ERROR_STOP on
BEGIN;
SELECT set_config('cardume.origin', coalesce(nullif(
	current_setting('cardume.origin', true), ''), origin_setting(),
	'https://video.example'), true) AS origin;
SELECT :videos > 100000 AS is_big \gset
\if :is_big
SELECT format('ALTER TABLE %s DISABLE TRIGGER USER', t)
FROM unnest('{actor,account,channel,actor_image,video,thumbnail,video_file,
	streaming_playlist}'::text[]) t \gexec
\endif

INSERT INTO actor (kind, name, public_key)
SELECT 'Person', 'bench_user' || i, '-----BEGIN PUBLIC KEY-----'
FROM generate_series(1, :users) i;
INSERT INTO actor (kind, name, public_key)
SELECT 'Group', 'bench_channel' || i, '-----BEGIN PUBLIC KEY-----'
FROM generate_series(1, :channels) i;
INSERT INTO app_user (email, password_hash)
SELECT 'bench' || i || '@example.org', '$argon2id$none'
FROM generate_series(1, :users) i;
INSERT INTO account (actor_id, actor_kind, user_id, display_name, description)
SELECT a.id, 'Person', u.id, 'Bench user ' || substr(a.name, 11),
	'An account that exists for measurements.'
FROM actor a
JOIN app_user u ON u.email = 'bench' || substr(a.name, 11) || '@example.org'
WHERE a.name LIKE 'bench\_user%';
INSERT INTO channel (actor_id, account_id, display_name, description)
SELECT a.id, o.id, 'Bench channel ' || substr(a.name, 14),
	'A channel that exists for measurements.'
FROM actor a
JOIN actor p ON p.name =
	'bench_user' || (substr(a.name, 14)::int % :users + 1)
JOIN account o ON o.actor_id = p.id
WHERE a.name LIKE 'bench\_channel%';
INSERT INTO actor_image (actor_id, kind, filename, width, height)
SELECT a.id, 'avatar', gen_random_uuid() || '.jpg', w, w
FROM actor a, unnest('{48,120}'::int[]) w
WHERE a.name LIKE 'bench\_%' AND a.id % 2 = 0;

CREATE TEMP TABLE bench_channel ON COMMIT DROP AS
SELECT c.id, (row_number() OVER (ORDER BY c.id) - 1)::int AS n
FROM channel c JOIN actor a ON a.id = c.actor_id
WHERE a.name LIKE 'bench\_channel%';
CREATE TEMP TABLE bench_word ON COMMIT DROP AS
SELECT n, ('{sea,mountain,river,house,music,garden,history,science,lesson,
	concert,travel,kitchen,bicycle,forest,winter,summer,city,village,
	animal,portrait,machine,election,painting,language,football}'
	::text[])[n + 1] AS word
FROM generate_series(0, 24) n;

ANALYZE bench_channel;

-- One channel has every twentieth video; some categories, languages and tags
-- are rare.
SELECT setseed(0.42);
INSERT INTO video (uuid, short_uuid, search, channel_id, name, description, category_id,
	licence_id, language_id, tags, privacy, state, nsfw, duration,
	aspect_ratio, views, likes, hot, trending, created_at, published_at,
	originally_published_at, files_are_public, has_hls, has_web, files_size)
SELECT u.uuid, short_uuid(u.uuid),
	to_tsvector('simple', w1.word || ' and ' || w2.word || ' ' || i), c.id,
	initcap(w1.word) || ' and ' || w2.word || ' ' || i,
	'A video of the ' || w1.word || '. ' ||
		repeat('More words about the ' || w2.word || '. ', i % 20),
	CASE WHEN i % 997 = 0 THEN (SELECT max(id) FROM category)
		WHEN i % 3 > 0 THEN (SELECT min(id) FROM category) + i % 2 END,
	CASE WHEN i % 4 > 0 THEN (SELECT min(id) FROM licence) END,
	CASE WHEN i % 9973 = 5 THEN 'pt' WHEN i % 5 > 0 THEN 'en' END,
	CASE WHEN i % 10007 = 1 THEN '{rare}'
		WHEN i % 2 = 0 THEN ARRAY[w1.word, w2.word] ELSE '{}' END,
	CASE WHEN i % 50 = 7 THEN 3 WHEN i % 50 = 9 THEN 2 ELSE 1 END, 1,
	i % 40 = 3, 10 + i % 3600, 1.7778, (random() * 10000)::bigint,
	(random() * 100)::bigint, random() * 100, random() * 100,
	now() - i * interval '7 minutes', now() - i * interval '7 minutes',
	CASE WHEN i % 10 = 0 THEN now() - i * interval '11 minutes' END,
	i % 50 <> 7, true, true, 30000000 + i
FROM generate_series(1, :videos) i
CROSS JOIN LATERAL (SELECT gen_random_uuid() AS uuid WHERE i > 0) u
JOIN bench_channel c ON c.n =
	CASE WHEN i % 20 = 1 THEN 0 ELSE i % :channels END
JOIN bench_word w1 ON w1.n = i % 25
JOIN bench_word w2 ON w2.n = (i / 25) % 25;

CREATE TEMP TABLE bench_video ON COMMIT DROP AS
SELECT v.id, v.uuid::text FROM video v
JOIN bench_channel c ON c.id = v.channel_id
WHERE NOT EXISTS (SELECT FROM thumbnail t WHERE t.video_id = v.id);
INSERT INTO thumbnail (video_id, kind, filename, width, height)
SELECT v.id, k.kind, gen_random_uuid() || '.jpg', k.width, k.height
FROM bench_video v, (VALUES ('thumbnail', 280, 157), ('preview', 850, 480))
	k (kind, width, height);
INSERT INTO streaming_playlist (video_id, playlist_filename,
	segments_sha256_filename)
SELECT id, uuid || '-master.m3u8', uuid || '-segments-sha256.json'
FROM bench_video;
INSERT INTO video_file (video_id, playlist_id, filename, resolution, width,
	height, fps, size, bandwidth, has_audio, has_video, info_hash,
	torrent_filename, torrent_name)
SELECT v.id, CASE WHEN k.kind = '' THEN NULL ELSE p.id END,
	f.name || '-' || k.height || k.kind || '.mp4',
	k.height, k.height * 16 / 9, k.height, 30, 10000000 + v.id, 3000000,
	true, true, substr(sha256((f.name || k.kind || k.height)::bytea), 1, 20),
	f.name || '-' || k.height ||
		CASE WHEN k.kind = '' THEN '' ELSE '-hls' END || '.torrent',
	'Bench ' || k.height || 'p.mp4'
FROM bench_video v
JOIN streaming_playlist p ON p.video_id = v.id
CROSS JOIN (VALUES (720, '-fragmented'), (360, '-fragmented'), (360, ''))
	k (height, kind)
CROSS JOIN LATERAL (SELECT gen_random_uuid() || substr(v.uuid, 37) AS name) f;
\if :is_big
INSERT INTO used_name SELECT name FROM actor ON CONFLICT DO NOTHING;
SELECT count(face_refresh(id)) FROM actor;
DELETE FROM video_tally;
INSERT INTO video_tally SELECT nsfw, count(*) FROM video v
WHERE video_is_listed(v) GROUP BY nsfw;
SELECT format('ALTER TABLE %s ENABLE TRIGGER USER', t)
FROM unnest('{actor,account,channel,actor_image,video,thumbnail,video_file,
	streaming_playlist}'::text[]) t \gexec
\else
SELECT count(video_object_refresh(id)) FROM bench_video;
\endif
COMMIT;
ANALYZE;
