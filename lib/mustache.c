/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "mustache.h"

#include <inttypes.h>
#include <json-c/linkhash.h>
#include <stdio.h>
#include <string.h>

#include "mustache_tree.h"

#define MAX_CONTEXTS 128
#define MAX_FUNCTIONS 8

/* The blocks a {{<parent}} tag brings along: its children. */
struct frame {
	const struct mustache *tmpl;
	size_t start;
	size_t end;
};

struct renderer {
	struct buf *out;
	struct mustache_options *options;
	json_object *contexts[MAX_CONTEXTS];
	size_t nr_contexts;
	struct frame frames[MUSTACHE_MAX_DEPTH];
	size_t nr_frames;
	struct buf scratch[MAX_FUNCTIONS];
	size_t nr_scratch; /* in use now */
	size_t depth;
	const char *indent; /* before each line of a partial */
	size_t indent_len;
	bool at_line_start;
	bool is_raw; /* inside a function that escapes */
	bool failed;
};

static void render(struct renderer *renderer, const struct mustache *tmpl,
		   size_t start, size_t end);

static void give_up(struct renderer *renderer, const char *what,
		    const char *name)
{
	if (!renderer->failed)
		snprintf(renderer->options->error,
			 sizeof(renderer->options->error), "%s: %s", what,
			 name);
	renderer->failed = true;
}

static void missing(struct renderer *renderer, const char *what,
		    const char *name)
{
	if (renderer->options->strict)
		give_up(renderer, what, name);
}

/* Names */

static bool member(json_object *object, const struct mustache_key *key,
		   json_object **value)
{
	struct lh_entry *entry;

	if (!json_object_is_type(object, json_type_object))
		return false;
	entry = lh_table_lookup_entry_w_hash(json_object_get_object(object),
					     key->text, key->hash);
	if (!entry)
		return false;
	*value = (json_object *)lh_entry_v(entry);
	return true;
}

static bool find_first(const struct renderer *renderer,
		       const struct mustache_key *key, json_object **value)
{
	for (size_t i = renderer->nr_contexts; i > 0; i--)
		if (member(renderer->contexts[i - 1], key, value))
			return true;
	return false;
}

/* What hangs on null is null: only what could have been there is missing. */
static json_object *lookup(struct renderer *renderer,
			   const struct mustache_name *name)
{
	json_object *value = NULL;
	bool is_found;

	if (!name->nr_keys)
		return renderer->contexts[renderer->nr_contexts - 1];
	is_found = find_first(renderer, &name->keys[0], &value);
	for (size_t i = 1; i < name->nr_keys && is_found && value; i++)
		is_found = member(value, &name->keys[i], &value);
	if (is_found)
		return value;
	missing(renderer, "no such name", name->text);
	return NULL;
}

static bool is_true(json_object *value)
{
	switch (json_object_get_type(value)) {
	case json_type_null: return false;
	case json_type_boolean: return json_object_get_boolean(value);
	case json_type_int: return json_object_get_int64(value) != 0;
	case json_type_double: return json_object_get_double(value) != 0;
	case json_type_string: return json_object_get_string_len(value) > 0;
	case json_type_array: return json_object_array_length(value) > 0;
	case json_type_object: break;
	}
	return true;
}

/* Output */

static void line_start(struct renderer *renderer)
{
	if (renderer->at_line_start && renderer->indent_len)
		buf_add(renderer->out, renderer->indent, renderer->indent_len);
	renderer->at_line_start = false;
}

static void put_lines(struct renderer *renderer, const char *text, size_t len)
{
	const char *end = text + len;

	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *next = newline ? newline + 1 : end;

		line_start(renderer);
		buf_add(renderer->out, text, (size_t)(next - text));
		renderer->at_line_start = newline;
		text = next;
	}
}

static void put_text(struct renderer *renderer, const char *text, size_t len)
{
	if (renderer->indent_len) {
		put_lines(renderer, text, len);
		return;
	}
	buf_add(renderer->out, text, len);
	renderer->at_line_start = text[len - 1] == '\n';
}

static void put_escaped(struct renderer *renderer, const char *text, size_t len,
			bool raw)
{
	if (raw || renderer->is_raw)
		buf_add(renderer->out, text, len);
	else
		buf_html(renderer->out, text, len);
}

static void put_number(struct renderer *renderer, int64_t number)
{
	char digits[24];
	char *at = digits + sizeof(digits);
	uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;

	do {
		*--at = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest);
	if (number < 0)
		*--at = '-';
	buf_add(renderer->out, at, (size_t)(digits + sizeof(digits) - at));
}

static void put_json(struct renderer *renderer, json_object *value, bool raw)
{
	size_t len = 0;
	const char *text = json_object_to_json_string_length(
		value, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE,
		&len);

	put_escaped(renderer, text, len, raw);
}

static void put_value(struct renderer *renderer, json_object *value, bool raw)
{
	int64_t number;

	line_start(renderer);
	switch (json_object_get_type(value)) {
	case json_type_null: return;
	case json_type_string:
		put_escaped(renderer, json_object_get_string(value),
			    (size_t)json_object_get_string_len(value), raw);
		return;
	case json_type_int:
		number = json_object_get_int64(value);
		/* INT64_MAX is also what json-c says of larger numbers. */
		if (number != INT64_MAX) {
			put_number(renderer, number);
			return;
		}
		break;
	case json_type_boolean:
	case json_type_double:
	case json_type_object:
	case json_type_array: break;
	}
	put_json(renderer, value, raw);
}

/* Functions */

static const struct mustache_function *
function_find(const struct mustache_options *options, const char *name)
{
	for (size_t i = 0; i < options->nr_functions; i++) {
		const struct mustache_function *function =
			&options->functions[i];

		if (function->name[0] == name[0] &&
		    !strcmp(function->name, name))
			return function;
	}
	return NULL;
}

static bool rewritten(struct renderer *renderer,
		      const struct mustache_function *function,
		      const struct mustache_node *node)
{
	struct arena *arena = renderer->out->arena;
	const char *text = function->rewrite(node->text, node->len, arena,
					     renderer->options->function_ctx);
	const struct mustache *tmpl;
	char error[1];

	if (!text)
		return false;
	tmpl = mustache_parse(arena, text, strlen(text), error, sizeof(error));
	if (!tmpl)
		return false;
	render(renderer, tmpl, 0, tmpl->nr_nodes);
	return true;
}

static struct buf *scratch_take(struct renderer *renderer)
{
	struct buf *scratch = &renderer->scratch[renderer->nr_scratch++];

	if (!scratch->data)
		*scratch = buf_make(renderer->out->arena, renderer->out->max);
	scratch->len = 0;
	return scratch;
}

/* The section's children go to a scratch buffer, without indentation: white
 * space means something to Markdown. */
static void call(struct renderer *renderer,
		 const struct mustache_function *function,
		 const struct mustache *tmpl, size_t index)
{
	struct buf *out = renderer->out;
	size_t indent_len = renderer->indent_len;
	bool is_raw = renderer->is_raw;
	struct buf *scratch;

	if (renderer->nr_scratch == MAX_FUNCTIONS) {
		give_up(renderer, "nested too deep", function->name);
		return;
	}
	line_start(renderer);
	scratch = scratch_take(renderer);
	renderer->out = scratch;
	renderer->indent_len = 0;
	renderer->is_raw = function->raw;
	render(renderer, tmpl, index + 1, tmpl->nodes[index].next);
	renderer->is_raw = is_raw;
	renderer->indent_len = indent_len;
	renderer->out = out;
	renderer->nr_scratch--;
	renderer->at_line_start = false;
	if (!renderer->failed)
		function->fn(out, scratch->data, scratch->len,
			     renderer->options->function_ctx);
}

/* Nothing but one {{x}} inside. */
static bool is_value(const struct mustache *tmpl, size_t index)
{
	return tmpl->nodes[index].next == index + 2 &&
	       tmpl->nodes[index + 1].kind == MUSTACHE_VALUE;
}

static bool function_section(struct renderer *renderer,
			     const struct mustache *tmpl, size_t index)
{
	const struct mustache_node *node = &tmpl->nodes[index];
	const struct mustache_function *function;

	if (node->name.nr_keys != 1)
		return false;
	function = function_find(renderer->options, node->name.text);
	if (!function)
		return false;
	if (!function->rewrite || (function->fn && is_value(tmpl, index)))
		call(renderer, function, tmpl, index);
	else if (!rewritten(renderer, function, node))
		render(renderer, tmpl, index + 1, node->next);
	return true;
}

/* Sections */

static void render_in(struct renderer *renderer, const struct mustache *tmpl,
		      size_t index, json_object *context)
{
	if (renderer->nr_contexts == MAX_CONTEXTS) {
		give_up(renderer, "nested too deep",
			tmpl->nodes[index].name.text);
		return;
	}
	renderer->contexts[renderer->nr_contexts++] = context;
	render(renderer, tmpl, index + 1, tmpl->nodes[index].next);
	renderer->nr_contexts--;
}

static void section(struct renderer *renderer, const struct mustache *tmpl,
		    size_t index)
{
	json_object *value;

	if (function_section(renderer, tmpl, index))
		return;
	value = lookup(renderer, &tmpl->nodes[index].name);
	if (!is_true(value))
		return;
	if (!json_object_is_type(value, json_type_array)) {
		render_in(renderer, tmpl, index, value);
		return;
	}
	for (size_t i = 0; i < json_object_array_length(value); i++)
		render_in(renderer, tmpl, index,
			  json_object_array_get_idx(value, i));
}

/* Partials and inheritance */

static const struct mustache *partial_find(struct renderer *renderer,
					   const struct mustache_node *node)
{
	const struct mustache_options *options = renderer->options;
	const struct mustache *tmpl = NULL;
	const char *name = node->name.text;

	if (node->is_dynamic)
		name = json_object_get_string(lookup(renderer, &node->name));
	if (name && options->partial)
		tmpl = options->partial(name, options->partial_ctx);
	if (!tmpl)
		missing(renderer, "no such template", name ? name : "null");
	return tmpl;
}

static void partial(struct renderer *renderer, const struct mustache_node *node)
{
	const struct mustache *tmpl = partial_find(renderer, node);
	const char *indent = renderer->indent;
	size_t indent_len = renderer->indent_len;

	if (!tmpl)
		return;
	if (node->len && !renderer->nr_scratch) {
		struct buf both = buf_make(renderer->out->arena, 4096);

		buf_add(&both, indent, indent_len);
		buf_add(&both, node->text, node->len);
		renderer->indent = both.data;
		renderer->indent_len = both.len;
	}
	render(renderer, tmpl, 0, tmpl->nr_nodes);
	renderer->indent = indent;
	renderer->indent_len = indent_len;
}

static void parent(struct renderer *renderer, const struct mustache *tmpl,
		   size_t index)
{
	const struct mustache_node *node = &tmpl->nodes[index];

	if (renderer->nr_frames == MUSTACHE_MAX_DEPTH) {
		give_up(renderer, "nested too deep", node->name.text);
		return;
	}
	renderer->frames[renderer->nr_frames++] = (struct frame){
		.tmpl = tmpl,
		.start = index + 1,
		.end = node->next,
	};
	partial(renderer, node);
	renderer->nr_frames--;
}

static bool frame_block(const struct frame *frame, const char *name,
			size_t *index)
{
	const struct mustache_node *nodes = frame->tmpl->nodes;

	for (size_t i = frame->start; i < frame->end; i = nodes[i].next) {
		if (nodes[i].kind != MUSTACHE_BLOCK ||
		    strcmp(nodes[i].name.text, name) != 0)
			continue;
		*index = i;
		return true;
	}
	return false;
}

/*
 * The outermost heir that has the block wins. Its text sees only the frames
 * that were there where it stands: else a block inside itself would find
 * itself.
 */
static void block(struct renderer *renderer, const struct mustache *tmpl,
		  size_t index)
{
	const char *name = tmpl->nodes[index].name.text;
	size_t nr_frames = renderer->nr_frames;
	struct frame hidden[MUSTACHE_MAX_DEPTH];
	size_t nr_bytes = nr_frames * sizeof(hidden[0]);

	for (size_t i = 0; i < nr_frames; i++) {
		const struct frame *frame = &renderer->frames[i];
		const struct mustache *heir = frame->tmpl;
		size_t found;

		if (!frame_block(frame, name, &found))
			continue;
		memcpy(hidden, renderer->frames, nr_bytes);
		renderer->nr_frames = i;
		render(renderer, heir, found + 1, heir->nodes[found].next);
		memcpy(renderer->frames, hidden, nr_bytes);
		renderer->nr_frames = nr_frames;
		return;
	}
	render(renderer, tmpl, index + 1, tmpl->nodes[index].next);
}

static void node_render(struct renderer *renderer, const struct mustache *tmpl,
			size_t index)
{
	const struct mustache_node *node = &tmpl->nodes[index];

	switch (node->kind) {
	case MUSTACHE_TEXT: put_text(renderer, node->text, node->len); break;
	case MUSTACHE_VALUE:
		put_value(renderer, lookup(renderer, &node->name), false);
		break;
	case MUSTACHE_RAW:
		put_value(renderer, lookup(renderer, &node->name), true);
		break;
	case MUSTACHE_SECTION: section(renderer, tmpl, index); break;
	case MUSTACHE_INVERTED:
		if (!is_true(lookup(renderer, &node->name)))
			render(renderer, tmpl, index + 1, node->next);
		break;
	case MUSTACHE_PARTIAL: partial(renderer, node); break;
	case MUSTACHE_PARENT: parent(renderer, tmpl, index); break;
	case MUSTACHE_BLOCK: block(renderer, tmpl, index); break;
	}
}

static void render(struct renderer *renderer, const struct mustache *tmpl,
		   size_t start, size_t end)
{
	if (renderer->depth == MUSTACHE_MAX_DEPTH) {
		give_up(renderer, "nested too deep", "64 levels");
		return;
	}
	renderer->depth++;
	for (size_t i = start; i < end && !renderer->failed;
	     i = tmpl->nodes[i].next)
		node_render(renderer, tmpl, i);
	renderer->depth--;
}

bool mustache_render(struct buf *out, const struct mustache *tmpl,
		     json_object *const contexts[], size_t nr_contexts,
		     struct mustache_options *options)
{
	struct renderer renderer = {
		.out = out,
		.options = options,
		.indent = "",
		.at_line_start = true,
		.nr_contexts = 1,
	};

	for (size_t i = 0; i < nr_contexts && i < MAX_CONTEXTS / 2; i++)
		renderer.contexts[renderer.nr_contexts++] = contexts[i];
	render(&renderer, tmpl, 0, tmpl->nr_nodes);
	return !renderer.failed;
}
