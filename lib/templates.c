/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "templates.h"

#include <stdlib.h>
#include <string.h>

#include "bug.h"
#include "mustache.h"

#define CEILING ((size_t)4 * 1024 * 1024)

static int by_name(const void *name, const void *template)
{
	return strcmp(name, ((const struct template *)template)->name);
}

static const struct mustache *parse(const struct template *template)
{
	static struct arena *arena;
	const struct mustache *parsed;
	char error[200];

	if (!arena)
		arena = arena_new(CEILING);
	parsed = mustache_parse(arena, template->text, template->len, error,
				sizeof(error));
	if (!parsed)
		BUG("template %s: %s", template->name, error);
	return parsed;
}

const struct mustache *template_find(const char *name)
{
	static const struct mustache **parsed;
	const struct template *template = bsearch(name, templates,
						  nr_templates,
						  sizeof(*templates), by_name);
	size_t index;

	if (!template)
		BUG("no template named %s", name);
	if (!parsed)
		parsed = calloc(nr_templates, sizeof(*parsed));
	if (!parsed)
		BUG("out of memory for templates");
	index = (size_t)(template - templates);
	if (!parsed[index])
		parsed[index] = parse(template);
	return parsed[index];
}

static const struct mustache *find_partial(const char *name, void *ctx)
{
	(void)ctx;
	return template_find(name);
}

void templates_render(struct task *task, struct buf *out, const char *name,
		      json_object *const contexts[], size_t nr)
{
	struct template_env env = { .now = time(NULL) };
	const char *strict = getenv("CARDUME_STRICT_TEMPLATES");
	struct mustache_options options = {
		.partial = find_partial,
		.functions = template_functions,
		.nr_functions = nr_template_functions,
		.function_ctx = &env,
		.strict = strict && !strcmp(strict, "1"),
	};

	if (!mustache_render(out, template_find(name), contexts, nr, &options))
		fail(task, 500, "template %s: %s", name, options.error);
}
