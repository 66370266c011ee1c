/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sources: lib/jsonld.c lib/jsonld_context.c lib/jsonld_terms.c lib/rdf.c */
/* sources: lib/hash.c lib/json.c lib/task.c lib/arena.c lib/buf.c lib/utf8.c */
/* sources: lib/hex.c build-fuzz/contexts.c */
/* What the strict reading tells, the other tells alike; a text of lines. */
#include "jsonld.h"

#include <string.h>

#include "fuzz.h"
#include "json.h"

struct input {
	const char *text;
	size_t len;
};

static void read_both(struct task *task, void *arg)
{
	const struct input *input = arg;
	json_object *document = json_parse(task, input->text, input->len);
	const char *why, *strictly_why;
	const char *text = jsonld_canonical(task, document, false, &why);
	const char *strictly =
		jsonld_canonical(task, document, true, &strictly_why);

	CHECK(!text == !!why && !strictly == !!strictly_why);
	CHECK(!strictly || (text && !strcmp(text, strictly)));
	CHECK(!text || !*text || text[strlen(text) - 1] == '\n');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct task task = { .arena = arena_new((size_t)256 << 20) };
	struct input input = { (const char *)data, size };

	task_run(&task, read_both, &input);
	arena_free(task.arena);
	return 0;
}
