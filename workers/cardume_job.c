/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cardume.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bug.h"
#include "db.h"
#include "job.h"

static const char *kind_name(int64_t queue)
{
	static const char *const names[] = {
#define JOB_NAME(name, queue, lease, attempts, batch) [queue] = #name,
		JOB_KINDS(JOB_NAME)
#undef JOB_NAME
	};

	if (queue < 0 || queue >= (int64_t)ARRAY_LEN(names) || !names[queue])
		return "unknown";
	return names[queue];
}

static bool is_state(const char *text)
{
	static const char *const states[] = { "ready", "running", "scheduled",
					      "blocked", "dead" };

	for (size_t i = 0; i < ARRAY_LEN(states); i++)
		if (!strcmp(text, states[i]))
			return true;
	return false;
}

static void command_list(struct call *call)
{
	struct rows rows;

	if (call->argc > 2 || (call->argc == 2 && !is_state(call->argv[1])))
		usage_error(call, "the only argument is a state");
	rows = db(call->task, "admin/job-list",
		  call->argc == 2 ? call->argv[1] : NULL);
	for (int i = 0; i < rows.count; i++) {
		const char *error = db_text(rows, i, 8);

		printf("%s\t%s\t%s\ttry %s of %s\t%s%%\t%s\t%s\t%s\n",
		       db_text(rows, i, 0), kind_name(db_int(rows, i, 1)),
		       db_text(rows, i, 2), db_text(rows, i, 3),
		       db_text(rows, i, 4), db_text(rows, i, 5),
		       db_text(rows, i, 6), db_text(rows, i, 7),
		       error ? error : "");
	}
}

static const char *job_id(struct call *call)
{
	const char *text = only_argument(call, "the number of a job");
	char *end;
	long long id;

	errno = 0;
	id = strtoll(text, &end, 10);
	if (errno || end == text || *end || id <= 0)
		usage_error(call, "\"%s\" is not the number of a job", text);
	return db_number(call->task, id);
}

static void command_retry(struct call *call)
{
	const char *id = job_id(call);

	if (!db(call->task, "admin/job-retry", id).count)
		fail(call->task, 404,
		     "no job %s is dead or waiting for its"
		     " time",
		     id);
	printf("job %s will run again\n", id);
}

static void command_cancel(struct call *call)
{
	const char *id = job_id(call);
	struct rows rows = db(call->task, "admin/job-cancel", id);

	if (!rows.count)
		fail(call->task, 404, "no job %s is waiting or running", id);
	printf(db_int(rows, 0, 0) == 1 ? "job %s is asked to stop\n" :
					 "job %s is cancelled\n",
	       id);
}

const struct command job_commands[] = {
	{ "job list", "[ready|running|scheduled|blocked|dead]",
	  "print the newest thousand jobs that are not done", command_list },
	{ "job retry", "ID", "run a dead or waiting job now", command_retry },
	{ "job cancel", "ID", "stop a job", command_cancel },
	{ 0 },
};
