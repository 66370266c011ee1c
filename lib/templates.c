/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "templates.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bug.h"

#define PROCESS_CEILING ((size_t)16 << 20)

static int by_name(const void *name, const void *tmpl)
{
	return strcmp(name, ((const struct template *)tmpl)->name);
}

static const struct mustache *parse(struct arena *arena,
				    const struct template *tmpl)
{
	char error[256];
	const struct mustache *parsed = mustache_parse(
		arena, tmpl->text, tmpl->len, error, sizeof(error));

	if (!parsed)
		BUG("templates/%s.mustache: %s", tmpl->name, error);
	return parsed;
}

static const struct mustache *find(const char *name, void *ctx)
{
	static struct arena *arena;
	static const struct mustache **parsed;
	const struct template *tmpl = bsearch(name, templates, nr_templates,
					      sizeof(*templates), by_name);
	size_t index;

	(void)ctx;
	if (!tmpl)
		return NULL;
	if (!arena) {
		arena = arena_new(PROCESS_CEILING);
		parsed = arena_array(arena, nr_templates, sizeof(*parsed));
	}
	index = (size_t)(tmpl - templates);
	if (!parsed[index])
		parsed[index] = parse(arena, tmpl);
	return parsed[index];
}

const struct mustache *template_find(const char *name)
{
	const struct mustache *tmpl = find(name, NULL);

	if (!tmpl)
		BUG("no template named %s", name);
	return tmpl;
}

void templates_render(struct task *task, struct buf *out, const char *name,
		      json_object *const contexts[], size_t nr)
{
	const char *strict = getenv("CARDUME_STRICT_TEMPLATES");
	struct template_env env = { .now = time(NULL) };
	struct mustache_options options = {
		.partial = find,
		.functions = template_functions,
		.nr_functions = nr_template_functions,
		.function_ctx = &env,
		.strict = strict && !strcmp(strict, "1"),
	};

	if (!mustache_render(out, template_find(name), contexts, nr, &options))
		fail(task, 500, "Template %s: %s", name, options.error);
}
