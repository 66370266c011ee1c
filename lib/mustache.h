/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Mustache (spec v1.3: interpolation, sections, inverted, comments, partials,
 * delimiters; dynamic names; inheritance) over json-c values. A template is
 * parsed once and rendered many times; {{x}} escapes for HTML always, {{{x}}}
 * and {{&x}} do not.
 *
 * false, null, [], "" and 0 make a section empty. A value that is an object
 * or array is put out as JSON, a number as json-c holds it.
 *
 * Functions stand for the spec's lambdas: a section {{#name}}text{{/name}}
 * whose name is a registered function (it wins over a value of that name) is
 * rendered, and the result is given to the function, which writes what stands
 * there instead (already escaped).
 *   {{#date}}{{publishedAt}}{{/date}} see templates.h for the whole list
 * A function with `rewrite` gets the unrendered source of the section instead
 * and gives the template text to be rendered in its place, or NULL for the
 * section as it stands: translation (gettext), which so may hold names.
 *   {{#t}}Hello, {{name}}{{/t}}
 * Where such a function has `fn` too and the section is nothing but one {{x}},
 * fn gets the value: {{#t}}{{label}}{{/t}}.
 */
#ifndef CARDUME_MUSTACHE_H
#define CARDUME_MUSTACHE_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

struct mustache;

/* Writes what replaces `text` (rendered, HTML-escaped where it came from
 * {{x}}) to `out`. */
typedef void mustache_fn(struct buf *out, const char *text, size_t len,
			 void *ctx);

/* `source` as it stands in the template. The result must live as long as the
 * rendering; one that does not parse is passed over. */
typedef const char *mustache_rewrite(const char *source, size_t len,
				     struct arena *scratch, void *ctx);

struct mustache_function {
	const char *name;
	mustache_fn *fn;
	bool raw; /* {{x}} inside is not escaped: the function does it */
	mustache_rewrite *rewrite;
};

struct mustache_options {
	/* The partial or parent `name`, or NULL. */
	const struct mustache *(*partial)(const char *name, void *ctx);
	void *partial_ctx;
	const struct mustache_function *functions;
	size_t nr_functions;
	void *function_ctx;
	/* Strict: a name found in no context and a partial that is not there
	 * are errors, written to `error`; else they are empty. */
	bool strict;
	char error[256];
};

/*
 * Parses `text` (kept by reference: it must live as long as the template)
 * into `arena`. NULL and a message in `error` (size bytes), with the line,
 * when malformed.
 */
const struct mustache *mustache_parse(struct arena *arena, const char *text,
				      size_t len, char *error, size_t size);

/*
 * Renders with a stack of contexts, searched from the last to the first.
 * False when strict mode found a missing name or the nesting passed 64 levels;
 * then options->error says which.
 */
bool mustache_render(struct buf *out, const struct mustache *tmpl,
		     json_object *const contexts[], size_t nr_contexts,
		     struct mustache_options *options);

#endif
