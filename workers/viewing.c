/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Job `viewing`: what players told since the last time becomes views, viewers
 * and statistics, and other servers are told (sql/rebuild/73-viewing.sql). As
 * often as PeerTube tells of its viewers, who are forgotten after two minutes.
 */
#include "db.h"
#include "work.h"

#define EVERY 90
#define PINGS "50000"

static void run(struct job *job)
{
	struct task *task = job->task;

	while (db_int(db(task, "job/fold-views", PINGS), 0, 0) ||
	       db_int(db(task, "job/fold-playback", PINGS), 0, 0))
		if (!job_progress(job, 10))
			job_stop(job);
	db(task, "job/count-views");
	db(task, "job/renew-view-secret");
}

WORKER(viewing, .every = EVERY, .run = run);
