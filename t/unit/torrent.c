/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What of torrents and playlists can be told without a video. */
#include "bencode.h"
#include "file.h"
#include "tap.h"
#include "torrent.h"

/* PeerTube's lengths (reference p2p.md 4.6). */
static void test_pieces(void)
{
	static const struct {
		int64_t megabytes;
		int64_t kilobytes;
	} rows[] = {
		{ 0, 16 },	{ 1, 16 },	{ 10, 16 },
		{ 24, 32 },	{ 100, 128 },	{ 500, 512 },
		{ 1000, 1024 }, { 4100, 4096 }, { 100000, 4096 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ok(torrent_piece_length(rows[i].megabytes * 1000000 + 1) ==
			   rows[i].kilobytes << 10,
		   "%d MB", (int)rows[i].megabytes);
}

static void test_names(struct task *task)
{
	ok(!strcmp(torrent_name(task, "a/b\\c?d%e*f:g|h\"i<j>k", 720),
		   "a-b-c-d-e-f-g-h-i-j-k 720p.mp4"),
	   "a name");
}

static void test_bencode(struct task *task)
{
	struct buf buf = buf_make(task->arena, 100);

	bencode_text(&buf, "");
	bencode_int(&buf, -3);
	bencode_int(&buf, 0);
	bencode_bytes(&buf, "a\0b", 3);
	ok(buf.len == 14 && !memcmp(buf.data, "0:i-3ei0e3:a\0b", 14),
	   "bencode: %s", buf.data);
}

static void test_relative(void)
{
	static const char *const good[] = { "a", "a/b.jpg", "source/0-1" };
	static const char *const bad[] = { "",	   "/",	   "/a",   "a/",
					   "a//b", "..",   "a/..", "a/../b",
					   "../a", "a/.b", ".a",   "./a" };

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		ok(file_is_relative(good[i]), "\"%s\" is", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(!file_is_relative(bad[i]), "\"%s\" is not", bad[i]);
}

static void all(struct task *task, void *arg)
{
	(void)arg;
	test_pieces();
	test_names(task);
	test_bencode(task);
	test_relative();
}

int main(void)
{
	struct task task = { .arena = arena_new(1 << 20) };

	ok(task_run(&task, all, NULL), "no failure: %s", task.message);
	arena_free(task.arena);
	return tap_done();
}
