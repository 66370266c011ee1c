/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Job `fetch {what, ...}`: gets something of another server's that nobody sent
 * us: fetch_WHAT() in SQL does it (sql/rebuild/69-ap-attempt.sql). `object` is
 * an address that a person gave; `picture` is no document (fetch_picture.h).
 */
#include <string.h>

#include "fetch_picture.h"
#include "json.h"
#include "log.h"
#include "resolve.h"
#include "work.h"

/* More than one activity may ask for: it is our wish, not a stranger's. */
#define REQUESTS 60
#define BYTES ((size_t)12 * 1024 * 1024)

static bool go_on(void *job)
{
	return job_progress(job, 50);
}

static void run(struct job *job)
{
	struct task *task = job->task;
	const char *what = json_text(job->payload, "what");
	struct resolve_budget budget = resolve_budget(task);
	const char *values[2] = { what,
				  json_object_to_json_string(job->payload) };
	struct resolved resolved;

	if (!what)
		job_fail(job, "The job does not say what to fetch.");
	if (!strcmp(what, "picture")) {
		fetch_picture(job);
		return;
	}
	budget.requests = REQUESTS;
	budget.bytes = BYTES;
	budget.takes_pages = !strcmp(what, "object");
	budget.go_on = go_on;
	budget.arg = job;
	resolved = resolve(task, "job/ap-attempt", values, &budget);
	if (job->end != JOB_AGAIN)
		job_stop(job);
	if (resolved.end == RESOLVE_LATER)
		job_retry(job, "%s", resolved.text);
	if (resolved.end != RESOLVE_DONE)
		job_fail(job, "%s", resolved.text);
	log_info("fetch %s: %s", what, resolved.text);
}

WORKER(fetch, .run = run);
