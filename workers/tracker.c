/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Job `tracker`: opentracker's whitelist, one info hash in hexadecimal a line,
 * of public videos only, for its full scrape is open to the world. It reads
 * the file again on SIGHUP (reference p2p.md 4.2).
 */
#include <signal.h>

#include "conf.h"
#include "db.h"
#include "file.h"
#include "log.h"
#include "work.h"

static void tell_tracker(struct task *task)
{
	const char *path = task->conf->tracker_pid_file;
	char *text = *path ? file_read(task, path, 32) : NULL;
	long pid = text ? strtol(text, NULL, 10) : 0;

	if (pid > 1 && kill((pid_t)pid, SIGHUP))
		log_warning("opentracker (%ld) cannot be told: %m", pid);
}

static void run(struct job *job)
{
	struct task *task = job->task;
	const char *path = task->conf->tracker_whitelist;
	struct rows rows;
	const char *text;

	if (!*path)
		return;
	rows = db_query(task, "media/whitelist", 0, NULL);
	text = db_text(rows, 0, 0);
	if (!file_write(task, path, text, strlen(text)))
		job_retry(job, "%s cannot be written: %m", path);
	tell_tracker(task);
}

WORKER(tracker, .run = run);
