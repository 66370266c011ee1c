/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * A task is one request or one job: its arena, its database connection and
 * the one way out when it cannot go on.
 *
 * Three kinds of failure, no more: BUG() (bug.h) aborts; fail() ends this
 * task and never returns; an expected outcome is a bool or a small enum.
 * Functions that take a `struct task *` may fail; those that do not, return.
 * Never call fail() inside a callback of a library (curl, md4c, qsort): set a
 * flag, return that library's error, and fail outside. A local that is changed
 * after task_run()'s setjmp is of no concern: the body is its own function.
 */
#ifndef CARDUME_TASK_H
#define CARDUME_TASK_H

#include <setjmp.h>
#include <stdbool.h>

#include "arena.h"

struct conf;
struct db;

struct task {
	struct arena *arena;
	struct db *db; /* NULL where a test needs none */
	const struct conf *conf;
	/* set by fail(): */
	int status; /* HTTP status class of the failure */
	char message[512]; /* for the person who asked */
	const char *code; /* PeerTube's machine code, or NULL */
	const char *field; /* the parameter that was bad, or NULL */
	int retry_after; /* seconds, or 0 */
	jmp_buf *exit;
};

/*
 * Runs body(task, arg). Returns true when it returned, false when it failed;
 * then status and message say why. Memory stays until the caller resets the
 * arena. The only setjmp of the code base.
 */
bool task_run(struct task *task, void (*body)(struct task *, void *),
	      void *arg);

/* Ends the task: `status` is an HTTP status (400 bad input, 404 not there,
 * 500 our fault, 503 come back); the text is shown to the person. */
_Noreturn void fail(struct task *task, int status, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* The same with PeerTube's `code` (reference: OAuth and upload errors). */
_Noreturn void fail_code(struct task *task, int status, const char *code,
			 const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* 400 about the parameter `field`. */
_Noreturn void fail_field(struct task *task, const char *field, const char *fmt,
			  ...) __attribute__((format(printf, 3, 4)));

#endif
