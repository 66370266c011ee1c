/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "arena.h"
#include "buf.h"
#include "bug.h"
#include "db.h"
#include "hex.h"
#include "log.h"
#include "signal_feed.h"

#define ARENA_MAX ((size_t)64 << 20)
#define POLL_MS 1000
#define PAGE 500
/* All are read anew, whatever has been told, for what no trigger tells: a
 * database that was put back. */
#define ALL_MS (15 * 60 * 1000)
/* With more changes than these it is all of them at once. */
#define MAX_CHANGES 200
#define MAX_SEEN 5000
#define TX_DIGITS 24

struct feed {
	struct task task;
	int fd;
	bool is_over; /* the other end is closed */
	char since[TX_DIGITS];
	int64_t all_at; /* when all are read; 0: now */
	int64_t seen[MAX_SEEN]; /* changes since `since` that are done */
	size_t nr_seen;
	int64_t started;
};

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* --- what is told --------------------------------------------------------- */

static void send_packet(struct feed *feed, const struct signal_packet *packet)
{
	size_t len = offsetof(struct signal_packet, hashes) +
		     packet->nr * SWARM_ID_BYTES;

	while (!feed->is_over &&
	       send(feed->fd, packet, len, MSG_NOSIGNAL) < 0 && errno != EINTR)
		feed->is_over = true;
}

static void send_kind(struct feed *feed, enum signal_packet_kind kind,
		      int64_t video)
{
	send_packet(feed,
		    &(struct signal_packet){ .kind = kind, .video = video });
}

/* Room for one more hash of this video; what is full is sent. */
static uint8_t *room(struct feed *feed, struct signal_packet *packet)
{
	if (packet->nr == SIGNAL_PACKET_HASHES) {
		send_packet(feed, packet);
		packet->nr = 0;
	}
	return packet->hashes[packet->nr++];
}

/* All generations of players that are about (reference p2p.md 3.3). Resolution
 * 0 is sound alone. */
static void add_renditions(struct feed *feed, struct signal_packet *packet,
			   const char *uuid, const char *playlist_url,
			   const char *resolutions)
{
	bool has_sound = false;
	int level = 0;

	for (const char *at = resolutions; *at; level++) {
		size_t len = strcspn(at, " ");
		const char *resolution =
			arena_strndup(feed->task.arena, at, len);

		swarm_id_playlist(room(feed, packet), playlist_url, "main",
				  level);
		swarm_id_old(room(feed, packet), playlist_url, level);
		if (strcmp(resolution, "0"))
			swarm_id_uuid(room(feed, packet), uuid, "main",
				      resolution);
		else
			has_sound = true;
		at += len + (at[len] == ' ');
	}
	if (!has_sound)
		return;
	swarm_id_playlist(room(feed, packet), playlist_url, "secondary", 0);
	swarm_id_uuid(room(feed, packet), uuid, "main", "default");
	swarm_id_uuid(room(feed, packet), uuid, "secondary", "default");
}

static void add_torrents(struct feed *feed, struct signal_packet *packet,
			 const char *hashes)
{
	while (*hashes) {
		size_t len = strcspn(hashes, " ");

		if (!hex_decode(room(feed, packet), SWARM_ID_BYTES,
				arena_strndup(feed->task.arena, hashes, len)))
			BUG("an info hash of PostgreSQL's is none");
		hashes += len + (hashes[len] == ' ');
	}
}

static void add_video(struct feed *feed, struct rows rows, int row)
{
	struct signal_packet packet = { .kind = SIGNAL_PACKET_ADD,
					.video = db_int(rows, row, 0) };
	const char *playlist_url = db_text(rows, row, 2);
	const char *resolutions = db_text(rows, row, 3);
	const char *hashes = db_text(rows, row, 4);

	if (playlist_url && resolutions)
		add_renditions(feed, &packet, db_text(rows, row, 1),
			       playlist_url, resolutions);
	if (hashes)
		add_torrents(feed, &packet, hashes);
	if (packet.nr)
		send_packet(feed, &packet);
}

/* --- what is asked -------------------------------------------------------- */

static void keep_since(struct feed *feed, const char *since)
{
	snprintf(feed->since, sizeof(feed->since), "%s", since);
}

static void tell_all(struct task *task, struct feed *feed)
{
	struct rows rows = db_query(task, "signal/now", 0, NULL);
	int64_t behind = 0;

	keep_since(feed, db_text(rows, 0, 0));
	feed->nr_seen = 0;
	send_kind(feed, SIGNAL_PACKET_ALL, 0);
	do {
		rows = db(task, "signal/listed", NULL, db_number(task, behind),
			  db_number(task, PAGE));
		for (int i = 0; i < rows.count; i++) {
			add_video(feed, rows, i);
			behind = db_int(rows, i, 0);
		}
	} while (rows.count == PAGE && !feed->is_over);
	send_kind(feed, SIGNAL_PACKET_END, 0);
	feed->all_at = now_ms() + ALL_MS;
}

static bool is_seen(const struct feed *feed, int64_t id)
{
	for (size_t i = 0; i < feed->nr_seen; i++)
		if (feed->seen[i] == id)
			return true;
	return false;
}

static void tell_videos(struct task *task, struct feed *feed,
			const char *const ids[], size_t nr)
{
	const char *wanted = db_array(task, ids, nr);
	struct rows rows = db(task, "signal/listed", wanted, "0",
			      db_number(task, MAX_CHANGES));

	send_kind(feed, SIGNAL_PACKET_CHANGES, 0);
	for (size_t i = 0; i < nr; i++)
		send_kind(feed, SIGNAL_PACKET_DROP, strtoll(ids[i], NULL, 10));
	for (int i = 0; i < rows.count; i++)
		add_video(feed, rows, i);
	send_kind(feed, SIGNAL_PACKET_END, 0);
}

/* A long transaction of somebody's holds `next` back: what is done already is
 * named again and again, and known by its number. */
static void tell_changes(struct task *task, struct feed *feed)
{
	struct rows rows = db(task, "signal/changes", feed->since);
	const char *ids[MAX_CHANGES];
	size_t nr = 0;
	int64_t last = 0;

	if (rows.count > MAX_SEEN) {
		tell_all(task, feed);
		return;
	}
	for (int i = 0; i < rows.count && nr <= MAX_CHANGES; i++) {
		if (!db_text(rows, i, 1) || is_seen(feed, db_int(rows, i, 1)))
			continue;
		if (nr && db_int(rows, i, 2) == last)
			continue;
		last = db_int(rows, i, 2);
		if (nr < MAX_CHANGES)
			ids[nr] = db_text(rows, i, 2);
		nr++;
	}
	if (nr > MAX_CHANGES) {
		tell_all(task, feed);
		return;
	}
	if (nr)
		tell_videos(task, feed, ids, nr);
	keep_since(feed, db_text(rows, 0, 0));
	feed->nr_seen = 0;
	for (int i = 0; i < rows.count && i < MAX_SEEN; i++)
		if (db_text(rows, i, 1))
			feed->seen[feed->nr_seen++] = db_int(rows, i, 1);
}

static void look(struct task *task, void *arg)
{
	struct feed *feed = arg;

	if (now_ms() >= feed->all_at)
		tell_all(task, feed);
	else
		tell_changes(task, feed);
}

/* --- what is counted ------------------------------------------------------ */

struct told {
	struct feed *feed;
	struct signal_stats stats;
};

static const struct {
	const char *name;
	size_t offset;
} counts[] = {
#define COUNT(name) \
	{ \
#name, offsetof(struct signal_stats, name) \
	}
	COUNT(sockets),	       COUNT(peers),	    COUNT(swarms),
	COUNT(listed),	       COUNT(messages),	    COUNT(announces),
	COUNT(offers),	       COUNT(answers),	    COUNT(refused_sockets),
	COUNT(refused_swarms), COUNT(bad_messages), COUNT(too_fast),
	COUNT(dropped),
};

static void tell_counts(struct task *task, void *arg)
{
	struct told *told = arg;
	struct buf text = buf_make(task->arena, 4096);

	buf_printf(&text, "{\"started\":%" PRId64, told->feed->started);
	for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
		int64_t value;

		memcpy(&value, (char *)&told->stats + counts[i].offset,
		       sizeof(value));
		buf_printf(&text, ",\"%s\":%" PRId64, counts[i].name, value);
	}
	buf_char(&text, '}');
	db(task, "signal/tell", text.data);
}

static bool run(struct feed *feed, void (*body)(struct task *, void *),
		void *arg)
{
	bool ok = task_run(&feed->task, body, arg);

	if (!ok)
		log_warning("%s", feed->task.message);
	arena_reset(feed->task.arena);
	return ok;
}

static void wait_for_counts(struct feed *feed, int ms)
{
	struct pollfd pollfd = { .fd = feed->fd, .events = POLLIN };
	struct told told = { .feed = feed };
	ssize_t len;

	if (poll(&pollfd, 1, ms) <= 0)
		return;
	len = recv(feed->fd, &told.stats, sizeof(told.stats), MSG_DONTWAIT);
	if (len == (ssize_t)sizeof(told.stats))
		run(feed, tell_counts, &told);
	else if (!len || errno != EAGAIN)
		feed->is_over = true;
}

void signal_feed_serve(const struct conf *conf, int fd)
{
	static struct feed feed;

	feed.fd = fd;
	feed.started = (int64_t)time(NULL);
	feed.task = (struct task){ .arena = arena_new(ARENA_MAX),
				   .db = db_new(conf, "signal"),
				   .conf = conf };
	while (!feed.is_over) {
		int64_t until = now_ms() + POLL_MS;

		if (!run(&feed, look, &feed))
			feed.all_at = 0;
		while (!feed.is_over && now_ms() < until)
			wait_for_counts(&feed, (int)(until - now_ms()));
	}
	arena_free(feed.task.arena);
	db_free(feed.task.db);
}
