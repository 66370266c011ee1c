/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * How long the home page takes as a template over a document of 24 videos, on
 * one core: parsing the document (json-c) and rendering it, each the best of
 * many rounds. The aim: rendering well under 100 us.
 *   make -C build bench/mustache && build/bench/mustache
 */
#include <json-c/json.h>
#include <stdio.h>
#include <time.h>

#include "json.h"
#include "templates.h"

#define NR_CARDS 24
#define NR_ROUNDS 2000

static const char frame[] =
	"{\"site\":{\"name\":\"Bench\",\"shortDescription\":\"A site\","
	"\"language\":\"en\",\"origin\":\"https://video.example\","
	"\"assets\":\"/static/0\",\"hasSignup\":true},\"viewer\":false,"
	"\"csrf\":\"\",\"path\":\"/\",\"here\":\"/\",\"param\":{},"
	"\"flash\":\"\",\"theme\":\"\",\"now\":0}";

static const char card[] =
	"{\"id\":%d,\"uuid\":\"9c9de5e8-0a1e-484a-b099-e80766180a6d\","
	"\"shortUUID\":\"kkGMgK9ZtnKfYAgnEtQxbv\",\"name\":\"How to <build> & "
	"run your own \\\"video\\\" site, part %d\",\"duration\":%d,"
	"\"views\":%d,\"likes\":17,\"dislikes\":1,\"nsfw\":false,"
	"\"isLive\":false,\"isLocal\":true,\"publishedAt\":"
	"\"2026-11-%02dT01:02:03.456Z\",\"thumbnailPath\":\"/lazy-static/"
	"thumbnails/9c9de5e8-0a1e-484a-b099-e80766180a6d.jpg\","
	"\"category\":{\"id\":15,\"label\":\"Science & Technology\"},"
	"\"language\":{\"id\":\"pt\",\"label\":\"Portuguese\"},"
	"\"channel\":{\"id\":3,\"name\":\"shoal\",\"displayName\":\"A shoal "
	"of fish\",\"host\":\"video.example\"},\"account\":{\"id\":3,"
	"\"name\":\"root\",\"displayName\":\"Root\"}}";

struct times {
	double parse;
	double render;
	size_t document;
	size_t page;
};

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static void best(double *least, double start)
{
	double took = now() - start;

	if (!*least || took < *least)
		*least = took;
}

static const char *document(struct arena *arena)
{
	struct buf text = buf_make(arena, (size_t)1 << 20);

	buf_str(&text, "{\"hasMore\":true,\"hasVideos\":true,\"videos\":[");
	for (int i = 0; i < NR_CARDS; i++) {
		buf_str(&text, i ? "," : "");
		buf_printf(&text, card, i, i, i * 97, i * i * 1001, i + 1);
	}
	buf_str(&text, "]}");
	return text.data;
}

static void round_trip(struct task *task, void *arg)
{
	struct times *times = arg;
	const char *text = document(task->arena);
	struct buf out = buf_make(task->arena, (size_t)1 << 20);
	json_object *contexts[2];
	double start;

	contexts[0] = json_load(task, frame, sizeof(frame) - 1);
	times->document = strlen(text);
	start = now();
	contexts[1] = json_load(task, text, times->document);
	best(&times->parse, start);
	start = now();
	templates_render(task, &out, "page/home", contexts, 2);
	best(&times->render, start);
	times->page = out.len;
}

int main(void)
{
	struct task task = { .arena = arena_new((size_t)16 << 20) };
	struct times times = { 0 };

	for (int i = 0; i < NR_ROUNDS; i++) {
		if (!task_run(&task, round_trip, &times)) {
			fprintf(stderr, "%s\n", task.message);
			return 1;
		}
		arena_reset(task.arena);
	}
	printf("page/home, %d videos: %zu bytes of JSON parsed in %.1f us, "
	       "%zu bytes of HTML rendered in %.1f us: %.0f pages/s per "
	       "core\n",
	       NR_CARDS, times.document, times.parse, times.page, times.render,
	       1e6 / (times.parse + times.render));
	arena_free(task.arena);
	return 0;
}
