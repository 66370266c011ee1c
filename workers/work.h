/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The skeleton of the job programs: claims jobs (FOR UPDATE SKIP LOCKED),
 * holds their leases, runs each in its own task, completes or postpones them.
 *
 *   cardume-worker KIND... [--once] [--job ID]
 *
 * A kind's run function returns when the job is done, having called
 * job_done() inside the transaction of its effect where it has one in the
 * database. Every kind is idempotent: a worker that dies loses its lease and
 * the job runs again.
 */
#ifndef CARDUME_WORK_H
#define CARDUME_WORK_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

#include "job.h"
#include "task.h"

struct job {
	struct task *task;
	enum job_kind kind;
	int64_t id;
	int64_t lease;		/* fencing token */
	int attempt;
	int max_attempt;
	json_object *payload;
	bool is_done;		/* job_done() has been called */
};

struct worker {
	enum job_kind kind;
	const char *name;
	void (*run)(struct job *job);
	/* Where a failed last attempt must be told to somebody; may be NULL. */
	void (*dead)(struct job *job, const char *why);
};

/* Completes the job in the open transaction (or in its own); fails the task
 * when the lease was lost, so that the transaction rolls back. */
void job_done(struct job *job);
/* Renews the lease and stores the progress (0..100). False: the job was
 * cancelled or the lease is lost: stop, discard. Call it at least every
 * lease / 3. */
bool job_progress(struct job *job, int percent);
/* Again later, with backoff. */
_Noreturn void job_retry(struct job *job, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Never again: kept as dead with its message. */
_Noreturn void job_fail(struct job *job, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
