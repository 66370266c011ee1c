/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Job `notify {videoId}`: tells the subscribers of a channel of a new video.
 * Who has been told is not told again, whenever and however often it runs.
 */
#include "db.h"
#include "work.h"

static void run(struct job *job)
{
	struct task *task = job->task;

	db(task, "job/notify",
	   db_number(task, json_object_get_int64(json_object_object_get(
				   job->payload, "videoId"))));
}

WORKER(notify, .run = run);
