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

/* Why a job's run ended without being done. */
enum job_end {
	JOB_AGAIN, /* some failure: later, with backoff */
	JOB_NEVER, /* job_fail() */
	JOB_CANCELLED, /* somebody cancelled it */
	JOB_LOST, /* the lease is another worker's now */
	JOB_STOPPED, /* this program was asked to end: handed back */
	JOB_FULL, /* no room on the disk: later, and no attempt */
};

#define JOB_DETAILS 4096

struct job {
	struct task *task;
	struct task *lease_task; /* renewals; emptied after each */
	enum job_kind kind;
	int64_t id;
	int64_t lease; /* fencing token */
	int attempt;
	int max_attempt;
	json_object *payload;
	bool is_done; /* job_done() has been called */
	int lease_seconds;
	enum job_end end;
	int64_t renewed_at; /* monotonic milliseconds */
	bool has_directory; /* files_work_directory() */
	int64_t room; /* free bytes that are not enough for it */
	char details[JOB_DETAILS]; /* see job_details() */
};

struct worker {
	enum job_kind kind;
	const char *name;
	int lease; /* seconds */
	int batch; /* claimed at once */
	int every; /* seconds between timed runs; 0: not timed */
	void (*run)(struct job *job);
	/* Where a failed last attempt must be told to somebody, in the same
	 * transaction; may be NULL. */
	void (*dead)(struct task *task, json_object *payload, const char *why);
};

/* A worker's row with what JOB_KINDS says of its kind. */
#define WORKER(kind_name, ...) \
	const struct worker kind_name##_worker = { .kind = JOB_##kind_name, \
						   .name = #kind_name, \
						   .lease = kind_name##_LEASE, \
						   .batch = kind_name##_BATCH, \
						   __VA_ARGS__ }
enum {
#define WORK_ENUM(name, queue, lease, attempts, batch) \
	name##_LEASE = lease, name##_BATCH = batch,
	JOB_KINDS(WORK_ENUM)
#undef WORK_ENUM
};

#define WORK_DECLARE(name, queue, lease, attempts, batch) \
	extern const struct worker name##_worker;
JOB_KINDS(WORK_DECLARE)
#undef WORK_DECLARE

struct work_options {
	const struct conf *conf;
	const struct worker *const *all; /* every kind, ends with NULL */
	const struct worker *const *kinds; /* those to serve, likewise */
	bool once; /* end when nothing is ready */
	int64_t job_id; /* run this one and end; 0: none */
};

/* Serves until SIGTERM or SIGINT (or as the options say); returns the exit
 * status of the program. */
int work(const struct work_options *options);

/* The same for a kind that is no job: it has tables and a loop of its own, and
 * the process to itself. The loop looks at work_is_ending() once a second at
 * least, gives signs of life by sd_notify(), and returns the exit status. */
int work_alone(const struct work_options *options,
	       int (*run)(const struct work_options *options));
/* SIGTERM or SIGINT has come. */
bool work_is_ending(void);

/* Completes the job in the open transaction (or in its own); fails the task
 * when the lease was lost, so that the transaction rolls back. */
void job_done(struct job *job);
/* Renews the lease and stores the progress (0..100), every 2 s at most however
 * often it is called; not inside a transaction. False: the job was cancelled,
 * the lease is lost or the program shall end: stop, discard, job_stop(). Call
 * it at least every lease / 3. Does not fail while the lease holds, even when
 * the database is away. */
bool job_progress(struct job *job, int percent);
/* After job_progress() was false. */
_Noreturn void job_stop(struct job *job);
/* Again later, with backoff; or as job_stop() where job_progress() has been
 * false; or as job_wait_for_room() when the disk is full
 * and the job has a directory there. */
_Noreturn void job_retry(struct job *job, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Again when there is more room on the disk; not counted as an attempt. */
_Noreturn void job_wait_for_room(struct job *job);
/* Never again: kept as dead with its message. */
_Noreturn void job_fail(struct job *job, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* What is kept beside the message of a failure, for who wants to know more:
 * lines that another program wrote, UTF-8. Copied, cut to JOB_DETAILS. */
void job_details(struct job *job, const char *text);

#endif
