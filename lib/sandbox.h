/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * bubblewrap around a program that reads what somebody uploaded: it sees the
 * system's programs and libraries, its input files and one directory it may
 * write to; no network, no other process, no other file (security reference
 * 2.8). With `sandbox = none` in cardume.conf the program runs without.
 */
#ifndef CARDUME_SANDBOX_H
#define CARDUME_SANDBOX_H

#include "task.h"

#define SANDBOX_INPUTS 4

struct sandbox {
	const char *program; /* path outside */
	const char *inputs[SANDBOX_INPUTS]; /* paths outside, read-only */
	const char *directory; /* writable; NULL: none */
};

/* What the program must call input i. */
const char *sandbox_input(struct task *task, const struct sandbox *sandbox,
			  int i);

/* The argument vector to run: `arguments` are the program's own without its
 * name, ending with NULL. It starts in `directory`. */
const char *const *sandbox_argv(struct task *task,
				const struct sandbox *sandbox,
				const char *const *arguments);

#endif
