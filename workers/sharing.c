/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Job `sharing`: asks opentracker, which is on this machine, what it counts,
 * for the page of admins (sql/rebuild/85-sharing-page.sql). One that does not
 * answer is no failure: the page says how old the counts are.
 */
#include <curl/curl.h>

#include "buf.h"
#include "bug.h"
#include "conf.h"
#include "db.h"
#include "work.h"

#define EVERY 60
#define SECONDS 5L
#define STATS_MAX ((size_t)64 * 1024)

struct asking {
	CURL *curl;
	struct buf text;
};

static void end_asking(void *ctx)
{
	struct asking *asking = ctx;

	curl_easy_cleanup(asking->curl);
}

static size_t take(char *bytes, size_t size, size_t nr, void *ctx)
{
	struct asking *asking = ctx;

	if (size * nr > STATS_MAX - asking->text.len)
		return 0;
	buf_add(&asking->text, bytes, size * nr);
	return size * nr;
}

static void ask(struct task *task, struct asking *asking)
{
	CURL *curl = asking->curl = curl_easy_init();

	if (!curl)
		BUG("curl_easy_init");
	arena_defer(task->arena, end_asking, asking);
	curl_easy_setopt(curl, CURLOPT_URL,
			 arena_printf(task->arena,
				      "http://127.0.0.1:%d/stats"
				      "?mode=everything",
				      task->conf->tracker_port));
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http");
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, SECONDS);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, asking);
}

static void run(struct job *job)
{
	struct task *task = job->task;
	struct asking *asking = arena_alloc(task->arena, sizeof(*asking));

	asking->text = buf_make(task->arena, STATS_MAX + 1);
	ask(task, asking);
	if (!curl_easy_perform(asking->curl))
		db(task, "job/tracker-told", asking->text.data);
}

WORKER(sharing, .every = EVERY, .run = run);
