/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "job.h"

#include "bug.h"
#include "conf.h"
#include "db.h"
#include "wake.h"

static const struct {
	enum job_kind kind;
	const char *name;
	int attempts;
} kinds[] = {
#define JOB_ROW(name, queue, lease, attempts, batch) \
	{ JOB_##name, #name, attempts },
	JOB_KINDS(JOB_ROW)
#undef JOB_ROW
};

static size_t kind_index(enum job_kind kind)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (kinds[i].kind == kind)
			return i;
	BUG("no job kind %d", (int)kind);
}

const char *job_kind_name(enum job_kind kind)
{
	return kinds[kind_index(kind)].name;
}

static const char *optional(struct task *task, int64_t number)
{
	return number ? db_number(task, number) : NULL;
}

int64_t job_insert(struct task *task, enum job_kind kind, json_object *payload,
		   struct job_options options)
{
	int attempts = kinds[kind_index(kind)].attempts;
	int priority = options.priority ? options.priority : 5;
	struct rows rows;

	rows = db(task, "job/insert", db_number(task, kind),
		  json_object_to_json_string(payload),
		  db_number(task, attempts), db_number(task, priority),
		  db_number(task, options.delay), options.uniq,
		  optional(task, options.owner_id),
		  optional(task, options.needs));
	return db_bool(rows, 0, 1) ? db_int(rows, 0, 0) : 0;
}

void job_wake(const struct task *task, enum job_kind kind)
{
	wake_send(task->conf->wake_dir, job_kind_name(kind));
}
