/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Runs another program on data we do not trust, and waits for it: an own
 * session, nothing on standard input, an environment of our making, limits,
 * no new privileges, killed when this process dies. What it writes on
 * standard output goes to a callback or to the result; of its standard error
 * the last 4 KiB are kept.
 */
#ifndef CARDUME_CHILD_H
#define CARDUME_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "task.h"

struct child {
	const char *const *argv; /* argv[0] is a path; ends with NULL */
	const char *directory; /* where it runs; NULL: here */
	int nice; /* added to ours */
	/* Limits; 0: none. */
	int wall_seconds; /* then it is killed */
	int silent_seconds; /* without a sign of life: killed */
	int cpu_seconds;
	int64_t address_space; /* bytes */
	int64_t file_size; /* bytes of any file it writes */
	int open_files;
	size_t max_output; /* bytes of standard output kept */
	/* Standard output as it comes, instead of keeping it; true is a sign
	 * of life. */
	bool (*on_output)(void *ctx, const char *text, size_t len);
	/* Called at least once a second; false: kill it. May fail the task. */
	bool (*on_tick)(void *ctx);
	void *ctx;
};

enum child_end {
	CHILD_EXITED, /* status is its exit status */
	CHILD_SIGNALLED, /* status is the signal */
	CHILD_TOO_LONG,
	CHILD_SILENT,
	CHILD_STOPPED, /* on_tick() said so */
};

struct child_result {
	enum child_end end;
	int status;
	const char *output; /* NUL-terminated, of the task's arena */
	size_t output_len;
	const char *errors; /* the last 4 KiB, as UTF-8 as it came */
};

/*
 * Fails the task (500) only when no process can be made. A program that
 * cannot be executed exits with 127. When the task fails meanwhile the child
 * is killed with it, at the latest when the arena is reset.
 */
void child_run(struct task *task, const struct child *child,
	       struct child_result *result);

/* Exited with 0. */
bool child_ok(const struct child_result *result);

#endif
