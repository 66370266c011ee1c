/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Canonical N-Quads of the JSON files named on the command line, for
 * t/21-clients-jsonld.t: a line "= FILE" and the lines, or "! why". With
 * --strict first as documents are signed. */
#include <stdio.h>
#include <string.h>

#include "file.h"
#include "json.h"
#include "jsonld.h"

struct job {
	const char *path;
	bool is_strict;
};

static void print(struct task *task, void *arg)
{
	const struct job *job = arg;
	const char *text = file_read(task, job->path, JSON_MAX_BYTES);
	const char *why = "no such file, or too long";

	if (text)
		text = jsonld_canonical(task,
					json_parse(task, text, strlen(text)),
					job->is_strict, &why);
	if (text)
		fputs(text, stdout);
	else
		printf("! %s\n", why);
}

int main(int argc, char **argv)
{
	struct task task = { .arena = arena_new((size_t)64 << 20) };
	struct job job = { .is_strict = false };

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--strict")) {
			job.is_strict = true;
			continue;
		}
		job.path = argv[i];
		printf("= %s\n", job.path);
		if (!task_run(&task, print, &job))
			printf("! %s\n", task.message);
		arena_reset(task.arena);
	}
	arena_free(task.arena);
	return 0;
}
