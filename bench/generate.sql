-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Fills an empty instance for measurements: psql -v videos=10000 -f this.
-- Each video has 2 HLS files and 1 web video, which exist as rows only, and 3
-- comments; the first user has a history, subscriptions and notifications.
-- Triggers, foreign keys and most indexes are away meanwhile: what triggers keep is
-- made for all at once, as it takes seconds, not minutes.
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
SET work_mem = '256MB';
SET maintenance_work_mem = '1GB';
SET statement_timeout = 0;
BEGIN;
SELECT set_config('cardume.origin', coalesce(nullif(
	current_setting('cardume.origin', true), ''), origin_setting(),
	'https://video.example'), true) AS origin;

CREATE TEMP TABLE bench_table ON COMMIT DROP AS
SELECT t::regclass AS name FROM unnest('{actor,app_user,account,channel,
	actor_image,video,thumbnail,video_file,streaming_playlist,comment,
	playlist,playlist_element,history,follow,rate,abuse,notification}'
	::text[]) t;
CREATE TEMP TABLE bench_constraint ON COMMIT DROP AS
SELECT conrelid::regclass AS name, conname, contype,
	pg_get_constraintdef(oid) AS made
FROM pg_constraint JOIN bench_table ON name = conrelid
WHERE contype IN ('f', 'u');
CREATE TEMP TABLE bench_index ON COMMIT DROP AS
SELECT indexrelid::regclass AS name, pg_get_indexdef(indexrelid) AS made
FROM pg_index JOIN bench_table ON name = indrelid
WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid);
SELECT format('ALTER TABLE %s DISABLE TRIGGER USER', name)
FROM bench_table \gexec
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', name, conname)
FROM bench_constraint ORDER BY contype \gexec
SELECT format('DROP INDEX %s', name) FROM bench_index \gexec
-- these make columns of the row itself
ALTER TABLE video ENABLE TRIGGER video_derive;
ALTER TABLE video ENABLE TRIGGER video_make_card;
ALTER TABLE playlist ENABLE TRIGGER playlist_derive;
ALTER TABLE channel ENABLE TRIGGER channel_fold;

INSERT INTO actor (kind, name, public_key)
SELECT 'Person', 'bench_user' || i, '-----BEGIN PUBLIC KEY-----'
FROM generate_series(1, :users) i;
INSERT INTO actor (kind, name, public_key)
SELECT 'Group', 'bench_channel' || i, '-----BEGIN PUBLIC KEY-----'
FROM generate_series(1, :channels) i;
INSERT INTO used_name SELECT name FROM actor ON CONFLICT DO NOTHING;
INSERT INTO app_user (email, password_hash)
SELECT 'bench' || i || '@example.org', '$argon2id$none'
FROM generate_series(1, :users) i;
INSERT INTO account (actor_id, actor_kind, user_id, display_name, description)
SELECT a.id, 'Person', u.id, 'Bench user ' || substr(a.name, 11),
	'An account that exists for measurements.'
FROM actor a
JOIN app_user u ON u.email = 'bench' || substr(a.name, 11) || '@example.org'
WHERE a.name LIKE 'bench\_user%';
ANALYZE actor;
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
SELECT c.id, a.id AS actor_id, c.account_id,
	(row_number() OVER (ORDER BY c.id) - 1)::int AS n
FROM channel c JOIN actor a ON a.id = c.actor_id
WHERE a.name LIKE 'bench\_channel%';
CREATE TEMP TABLE bench_account ON COMMIT DROP AS
SELECT c.id, a.id AS actor_id, c.user_id,
	(row_number() OVER (ORDER BY c.id) - 1)::int AS n
FROM account c JOIN actor a ON a.id = c.actor_id
WHERE a.name LIKE 'bench\_user%';
CREATE TEMP TABLE bench_word ON COMMIT DROP AS
SELECT n, ('{sea,mountain,river,house,music,garden,history,science,lesson,
	concert,travel,kitchen,bicycle,forest,winter,summer,city,village,
	animal,portrait,machine,election,painting,language,football}'
	::text[])[n + 1] AS word
FROM generate_series(0, 24) n;

-- One channel has every twentieth video.
CREATE TEMP TABLE bench_video ON COMMIT DROP AS
SELECT i, i + (SELECT coalesce(max(id), 0) FROM video) AS id,
	gen_random_uuid() AS uuid, c.id AS channel_id
FROM generate_series(1, :videos) i
JOIN bench_channel c ON c.n =
	CASE WHEN i % 20 = 1 THEN 0 ELSE i % :channels END;
ANALYZE bench_channel;
ANALYZE bench_account;
ANALYZE bench_word;
CREATE INDEX ON bench_video (i);
ANALYZE bench_video;

-- Threads of three: its beginning, an answer, an answer to that; every 50th is
-- of the first video, some answers are held.
INSERT INTO comment (id, video_id, channel_id, account_id, thread_id,
	in_reply_to_id, text, held_for_review, total_replies, created_at,
	updated_at)
OVERRIDING SYSTEM VALUE
SELECT base + 3 * t + k, v.id, v.channel_id, a.id,
	CASE WHEN k > 0 THEN base + 3 * t END,
	CASE WHEN k > 0 THEN base + 3 * t + k - 1 END,
	CASE WHEN t % 10007 = 1 THEN 'A rare remark' ELSE initcap(w1.word) END
		|| ' and ' || w2.word || ' ' || t,
	k = 2 AND t % 1000 = 7,
	CASE WHEN k < 2 THEN 2 - k - (t % 1000 = 7)::int ELSE 0 END, at, at
FROM generate_series(0, :videos - 1) t
CROSS JOIN generate_series(0, 2) k
CROSS JOIN LATERAL (SELECT now() - (3 * t - k) * interval '13 seconds' AS at,
	coalesce((SELECT max(id) FROM comment), 0) + 1 AS base OFFSET 0) n
JOIN bench_video v ON v.i =
	CASE WHEN t % 50 = 0 THEN 1 ELSE t * 7919::bigint % :videos + 1 END
JOIN bench_account a ON a.n = (t + k) % :users
JOIN bench_word w1 ON w1.n = t % 25
JOIN bench_word w2 ON w2.n = (t / 25) % 25;
CREATE TEMP TABLE bench_count ON COMMIT DROP AS
SELECT video_id, count(*) FILTER (WHERE NOT held_for_review) AS comments,
	count(*) FILTER (WHERE thread_id IS NULL) AS threads
FROM comment GROUP BY video_id;

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
CROSS JOIN LATERAL (SELECT gen_random_uuid() ||
	substr(v.uuid::text, 37) AS name) f;

-- (The trigger of its card looks for the thumbnail.) Some categories, languages
-- and tags are rare.
SELECT setseed(0.42);
INSERT INTO video (id, uuid, channel_id, name, description, category_id,
	licence_id, language_id, tags, privacy, state, nsfw, duration,
	aspect_ratio, views, likes, comments, threads, hot, trending,
	created_at, published_at, originally_published_at, files_are_public,
	has_hls, has_web, files_size)
OVERRIDING SYSTEM VALUE
SELECT v.id, v.uuid, v.channel_id,
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
	(random() * 100)::bigint, coalesce(n.comments, 0),
	coalesce(n.threads, 0), random() * 100, random() * 100,
	now() - i * interval '7 minutes', now() - i * interval '7 minutes',
	CASE WHEN i % 10 = 0 THEN now() - i * interval '11 minutes' END,
	i % 50 <> 7, true, true, 30000000 + 3 * v.id
FROM bench_video v
LEFT JOIN bench_count n ON n.video_id = v.id
JOIN bench_word w1 ON w1.n = i % 25
JOIN bench_word w2 ON w2.n = (i / 25) % 25;

-- A playlist for every tenth video, with the ten from there on.
INSERT INTO playlist (account_id, kind, privacy, name, short_uuid)
SELECT id, 2, 3, 'Watch later', '' FROM bench_account;
CREATE TEMP TABLE bench_playlist ON COMMIT DROP AS
SELECT i + (SELECT max(id) FROM playlist) AS id, i, c.id AS channel_id,
	c.account_id
FROM generate_series(1, :videos / 10) i
JOIN bench_channel c ON c.n = i % :channels;
INSERT INTO playlist (id, account_id, channel_id, channel_position, privacy,
	name, description, videos, short_uuid)
OVERRIDING SYSTEM VALUE
SELECT p.id, account_id, channel_id, 1 + (i - 1) / :channels, 1,
	initcap(w.word) || ' list ' || i, 'Some videos.', 10, ''
FROM bench_playlist p JOIN bench_word w ON w.n = i % 25;
INSERT INTO playlist_element (playlist_id, video_id, position)
SELECT p.id, v.id, k
FROM bench_playlist p CROSS JOIN generate_series(1, 10) k
JOIN bench_video v ON v.i = 1 + (p.i * 10 + k) % :videos;

-- The first user (of all): what is its own.
INSERT INTO history (user_id, video_id, place, watched_at)
SELECT u.id, v.id, 5, now() - v.i * interval '1 hour'
FROM (SELECT min(id) AS id FROM app_user) u
CROSS JOIN bench_video v WHERE v.i <= 20000
ON CONFLICT DO NOTHING;
INSERT INTO history (user_id, video_id, place)
SELECT a.user_id, v.id, 5
FROM bench_video v JOIN bench_account a ON a.n = v.i % :users;
INSERT INTO follow (follower_id, target_id, state)
SELECT a.actor_id, c.actor_id, 'accepted'
FROM (SELECT actor_id FROM account WHERE user_id =
	(SELECT min(id) FROM app_user)) a
CROSS JOIN bench_channel c WHERE c.n < 1000
UNION
SELECT a.actor_id, c.actor_id, 'accepted'
FROM bench_channel c CROSS JOIN generate_series(1, 3) k
JOIN bench_account a ON a.n = c.n * k % :users;
INSERT INTO rate (account_id, video_id, rating)
SELECT a.id, v.id, 'like'
FROM (SELECT id FROM account WHERE user_id =
	(SELECT min(id) FROM app_user)) a
CROSS JOIN bench_video v WHERE v.i <= 20000
ON CONFLICT DO NOTHING;
INSERT INTO notification (user_id, type, video_id, created_at)
SELECT u.id, 1, v.id, now() - v.i * interval '7 minutes'
FROM (SELECT min(id) AS id FROM app_user) u
CROSS JOIN bench_video v WHERE v.i <= 100000;
INSERT INTO abuse (kind, reason, reporter_id, flagged_id, video_id, created_at)
SELECT 'video', 'A bad ' || w.word, a.id, c.account_id, v.id,
	now() - v.i * interval '1 hour'
FROM bench_video v
JOIN bench_account a ON a.n = v.i % :users
JOIN channel c ON c.id = v.channel_id
JOIN bench_word w ON w.n = v.i % 25
WHERE v.i % 100 = 2;

-- What was away comes back.
SELECT made FROM bench_index \gexec
SELECT format('ALTER TABLE %s ADD CONSTRAINT %I %s', name, conname, made)
FROM bench_constraint ORDER BY contype DESC \gexec
SELECT format('SELECT setval(%L, (SELECT max(id) FROM %s)) AS last_%s',
	pg_get_serial_sequence(t, 'id'), t, t)
FROM unnest('{video,comment,playlist}'::text[]) t \gexec

-- What the others keep.
UPDATE actor a SET followers = f.nr FROM (SELECT target_id, count(*) AS nr
	FROM follow GROUP BY target_id) f WHERE f.target_id = a.id;
UPDATE actor a SET following = f.nr FROM (SELECT follower_id, count(*) AS nr
	FROM follow GROUP BY follower_id) f WHERE f.follower_id = a.id;
UPDATE account a SET face = row_to_json(m) FROM account_members m
WHERE m.id = a.id;
UPDATE channel c SET face = row_to_json(m) FROM channel_members m
WHERE m.id = c.id;
DELETE FROM video_tally;
INSERT INTO video_tally SELECT nsfw, count(*) FROM video v
WHERE video_is_listed(v) GROUP BY nsfw;
SELECT format('ALTER TABLE %s ENABLE TRIGGER USER', name)
FROM bench_table \gexec
COMMIT;
-- An index alone tells what is counted only once the table was vacuumed.
VACUUM (ANALYZE);
SELECT count(video_object_refresh(id)) FROM (SELECT id FROM video
	WHERE is_published AND privacy = 1
	ORDER BY published_at DESC, id DESC LIMIT 10000) latest;
-- Of more videos only the newest, as after an upgrade: the rest takes hours.
INSERT INTO video_kept (video_id, origin, members, summary, files, whole)
SELECT v.id, origin(), video_members_made(v.id),
	summary_made(v.description), video_files_made(v.id),
	video_whole_made(v.id)
FROM (SELECT * FROM video ORDER BY published_at DESC LIMIT 20000) v
WHERE NOT EXISTS (SELECT FROM video_kept k WHERE k.video_id = v.id);
