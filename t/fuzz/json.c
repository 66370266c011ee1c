/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sources: lib/json.c lib/task.c lib/arena.c lib/utf8.c lib/hex.c */
/* What json_scan() lets through, json-c parses, and writes it again as what
 * json_scan() lets through. */
#include "fuzz.h"
#include "json.h"

#include <string.h>

struct input {
	const char *text;
	size_t len;
	bool is_accepted;
};

static void parse(struct task *task, void *arg)
{
	const struct input *input = arg;
	json_object *value;
	const char *again;

	value = json_parse(task, input->text, input->len);
	again = json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN);
	if (strlen(again) <= JSON_MAX_BYTES)
		CHECK(!json_scan(task->arena, again, strlen(again)));
	json_text(value, "a");
	json_int(value, "a", 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct task task = { .arena = arena_new((size_t)64 << 20) };
	struct input input = { (const char *)data, size, false };

	input.is_accepted = !json_scan(task.arena, input.text, size);
	CHECK(task_run(&task, parse, &input) == input.is_accepted);
	arena_free(task.arena);
	return 0;
}
