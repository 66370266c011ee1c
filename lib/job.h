/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The job table: what must happen later. A job is inserted in the transaction
 * that causes it; after the commit job_wake() tells the local workers. Claim,
 * lease, retry and completion: workers/work.h.
 */
#ifndef CARDUME_JOB_H
#define CARDUME_JOB_H

#include <json-c/json.h>
#include <stdint.h>

#include "task.h"

/* One list of kinds: name, queue number (job.queue), lease seconds, attempts,
 * jobs claimed at once. A queue number is never reused. */
#define JOB_KINDS(X) \
	X(transcode, 1, 60, 5, 1) \
	X(image, 2, 60, 5, 1) \
	X(publish, 3, 60, 12, 5) \
	X(remove, 4, 60, 12, 5) \
	X(tracker, 5, 60, 12, 20) \
	X(sweep, 6, 60, 5, 1) \
	X(mail, 10, 120, 12, 5) \
	X(notify, 14, 120, 5, 5) \
	X(fetch, 15, 120, 8, 5) \
	X(diaspora, 16, 120, 10, 5) \
	X(viewing, 17, 60, 5, 1) \
	X(sharing, 18, 60, 5, 1) \
	X(redundancy, 19, 120, 8, 1)

enum job_kind {
#define JOB_ENUM(name, queue, lease, attempts, batch) JOB_##name = queue,
	JOB_KINDS(JOB_ENUM)
#undef JOB_ENUM
};

/* "transcode" for JOB_transcode. */
const char *job_kind_name(enum job_kind kind);

struct job_options {
	int priority; /* 0 first .. 9; default 5 where 0 is given */
	int delay; /* seconds until it may run */
	const char *uniq; /* one waiting job of this key at most */
	int64_t owner_id; /* app_user.id who may cancel it, or 0 */
	int64_t needs; /* job that must be done first, or 0 */
};

/* Inserts a job; returns its id, or 0 when `uniq` waits already: then that
 * one does not start before this transaction has ended. The payload stays the
 * caller's. */
int64_t job_insert(struct task *task, enum job_kind kind, json_object *payload,
		   struct job_options options);

/* After the commit: a datagram to each local worker of this kind. May be
 * lost; workers poll once a second anyhow. */
void job_wake(const struct task *task, enum job_kind kind);

#endif
