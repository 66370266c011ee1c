/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sources: lib/mustache.c lib/mustache_parse.c lib/task.c */
/* sources: lib/arena.c lib/buf.c */
/* Templates are ours, so only memory and the limits are at stake here: the
 * same input is template, partial and parent. */
#include <json-c/json.h>
#include <string.h>

#include "fuzz.h"
#include "mustache.h"
#include "task.h"

#define MAX_PARTIALS 50

struct input {
	const char *text;
	size_t len;
	struct arena *arena;
	int nr_partials;
};

static const char document[] =
	"{\"a\":{\"b\":[{\"c\":\"<&>\"}],\"n\":null},\"b\":[1],\"c\":\"x\","
	"\"t\":true,\"d\":1.5,\"i\":-3}";

static const struct mustache *partial(const char *name, void *ctx)
{
	struct input *input = ctx;
	char error[100];

	(void)name;
	if (input->nr_partials++ > MAX_PARTIALS)
		return NULL;
	return mustache_parse(input->arena, input->text, input->len, error,
			      sizeof(error));
}

static void wrap(struct buf *out, const char *text, size_t len, void *ctx)
{
	(void)ctx;
	buf_html(out, text, len);
}

static const char *rewrite(const char *source, size_t len,
			   struct arena *scratch, void *ctx)
{
	struct input *input = ctx;

	return input->nr_partials++ > MAX_PARTIALS ?
		       NULL :
		       arena_strndup(scratch, source, len);
}

static void render(struct task *task, void *arg)
{
	static const struct mustache_function functions[] = {
		{ "f", wrap, true, NULL },
		{ "r", NULL, false, rewrite },
	};
	struct input *input = arg;
	struct mustache_options options = {
		.partial = partial,
		.partial_ctx = input,
		.functions = functions,
		.nr_functions = 2,
		.function_ctx = input,
		.strict = input->len % 2,
	};
	struct buf out = buf_make(task->arena, (size_t)1 << 20);
	json_object *data = json_tokener_parse(document);
	const struct mustache *tmpl = partial("", input);

	arena_defer(task->arena, (void (*)(void *))json_object_put, data);
	if (tmpl && !mustache_render(&out, tmpl, &data, 1, &options))
		CHECK(strlen(options.error) > 0);
	CHECK(!out.data[out.len]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct task task = { .arena = arena_new((size_t)64 << 20) };
	struct input input = { (const char *)data, size, task.arena, 0 };

	task_run(&task, render, &input);
	arena_free(task.arena);
	return 0;
}
