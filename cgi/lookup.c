/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "lookup.h"

#include <string.h>
#include <time.h>

#include "bug.h"
#include "db.h"
#include "job.h"
#include "throttle.h"

#define STEPS_A_SECOND 10
#define STEP_NANOSECONDS (1000000000 / STEPS_A_SECOND)
#define API_SECONDS 8
#define WRITTEN_MAX 2000
#define STATE_RUNNING 1 /* of jobs: 0 ready, 1 running, 2 a retry later ... */

static const char *viewer(struct request *request)
{
	return request->viewer.id ?
		       db_number(request->task, request->viewer.id) :
		       NULL;
}

static enum lookup_state state_of(const char *name)
{
	static const char *const names[] = {
		[LOOKUP_NONE] = "none",	      [LOOKUP_FOUND] = "found",
		[LOOKUP_REFUSED] = "refused", [LOOKUP_WAITING] = "waiting",
		[LOOKUP_FAILED] = "failed",
	};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (!strcmp(name, names[i]))
			return (enum lookup_state)i;
	return LOOKUP_FAILED; /* "unknown": not asked for */
}

static struct rows look(struct request *request, const char *written)
{
	return db(request->task, "user/lookup-state", written, viewer(request));
}

bool lookup_wait(struct task *task, int64_t id, int seconds)
{
	const struct timespec step = { .tv_nsec = STEP_NANOSECONDS };

	for (int i = 0; i < seconds * STEPS_A_SECOND; i++) {
		struct rows rows =
			db(task, "user/job-state", db_number(task, id));

		if (!rows.count || db_int(rows, 0, 0) > STATE_RUNNING)
			return true;
		nanosleep(&step, NULL);
	}
	return false;
}

static int64_t begin(struct request *request, const char *written)
{
	struct rows rows;

	throttle_lookup(request);
	rows = db(request->task, "user/lookup-begin", written, viewer(request));
	job_wake(request->task, JOB_fetch);
	return db_int(rows, 0, 0);
}

struct lookup lookup(struct request *request, const char *written, int seconds)
{
	struct rows rows;
	const char *state;
	int64_t job;

	if (strlen(written) > WRITTEN_MAX)
		return (struct lookup){ .state = LOOKUP_NONE };
	rows = look(request, written);
	state = db_text(rows, 0, 0);
	job = db_int(rows, 0, 3);
	if (!strcmp(state, "unknown"))
		job = begin(request, written);
	if (!strcmp(state, "unknown") || !strcmp(state, "waiting")) {
		lookup_wait(request->task, job, seconds);
		rows = look(request, written);
	}
	return (struct lookup){ .state = state_of(db_text(rows, 0, 0)),
				.path = db_text(rows, 0, 1),
				.why = db_text(rows, 0, 2) };
}

void lookup_searched(struct request *request)
{
	static const char place[] = "/api/v1/search/";
	const char *words = request_param(request, "search");

	if (!words || strncmp(request->path, place, sizeof(place) - 1) != 0)
		return;
	/* only channels have handles */
	if (strstr(words, "://") || strstr(request->path, "/video-channels"))
		lookup(request, words, API_SECONDS);
}
