/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "mustache.h"

#include <json-c/linkhash.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "bug.h"
#include "mustache_tree.h"

#define MAX_DELIMITER 8

struct delimiter {
	char text[MAX_DELIMITER + 1];
	size_t len;
};

struct parser {
	struct arena *arena;
	const char *text;
	const char *end;
	const char *at;
	struct delimiter open;
	struct delimiter close;
	struct mustache_node *nodes;
	size_t nr_nodes;
	size_t capacity;
	size_t stack[MUSTACHE_MAX_DEPTH]; /* indexes of open nodes */
	size_t depth;
	char *error;
	size_t error_size;
};

/* A tag between its delimiters. */
struct tag {
	char sigil; /* one of # ^ / > < $ ! = & { or 0 */
	const char *name; /* without white space around it */
	size_t len;
	const char *start; /* of the opening delimiter */
	const char *end; /* behind the closing one */
	const char *indent; /* white space before a lone tag */
	size_t indent_len;
};

__attribute__((format(printf, 3, 4))) static bool
refuse(struct parser *parser, const char *at, const char *fmt, ...)
{
	size_t line = 1;
	va_list args;
	int used;

	for (const char *p = parser->text; p < at; p++)
		line += *p == '\n';
	used = snprintf(parser->error, parser->error_size, "line %zu: ", line);
	if (used < 0 || (size_t)used >= parser->error_size)
		return false;
	va_start(args, fmt);
	vsnprintf(parser->error + used, parser->error_size - (size_t)used, fmt,
		  args);
	va_end(args);
	return false;
}

/*
 * All of json-c's string tables share one hash function, seeded once per
 * process: a key's hash is taken here, not at each lookup.
 */
static unsigned long key_hash(const char *key)
{
	static json_object *any;

	if (!any)
		any = json_object_new_object();
	if (!any)
		BUG("out of memory");
	return lh_get_hash(json_object_get_object(any), key);
}

static void name_split(struct arena *arena, struct mustache_name *name,
		       const char *text, size_t len)
{
	size_t nr = 1;
	char *copy = arena_strndup(arena, text, len);
	char *at = arena_strndup(arena, text, len);

	name->text = copy;
	if (!strcmp(copy, "."))
		return;
	for (size_t i = 0; i < len; i++)
		nr += text[i] == '.';
	name->keys = arena_array(arena, nr, sizeof(*name->keys));
	while (at) {
		const char *key = strsep(&at, ".");

		name->keys[name->nr_keys++] = (struct mustache_key){
			.text = key,
			.hash = key_hash(key),
		};
	}
}

static struct mustache_node *node_add(struct parser *parser,
				      enum mustache_kind kind)
{
	struct mustache_node *node;

	if (parser->nr_nodes == parser->capacity) {
		struct mustache_node *old = parser->nodes;

		parser->capacity = parser->capacity * 2 + 16;
		parser->nodes = arena_array(parser->arena, parser->capacity,
					    sizeof(*node));
		if (old)
			memcpy(parser->nodes, old,
			       parser->nr_nodes * sizeof(*node));
	}
	node = &parser->nodes[parser->nr_nodes++];
	node->kind = kind;
	node->next = parser->nr_nodes;
	return node;
}

static void text_add(struct parser *parser, const char *start, const char *end)
{
	struct mustache_node *node;

	if (start >= end)
		return;
	node = node_add(parser, MUSTACHE_TEXT);
	node->text = start;
	node->len = (size_t)(end - start);
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void trim(const char **text, size_t *len)
{
	while (*len && is_space(**text)) {
		++*text;
		--*len;
	}
	while (*len && is_space((*text)[*len - 1]))
		--*len;
}

static const char *find(const struct parser *parser, const char *at,
			const char *what, size_t len)
{
	return memmem(at, (size_t)(parser->end - at), what, len);
}

/* The end of a tag's text: "}}}" and "=}}" close their own kinds. */
static const char *tag_end(const struct parser *parser, char sigil,
			   const char *body, size_t *skip)
{
	char closing[MAX_DELIMITER + 2] = { 0 };
	size_t len = parser->close.len;

	memcpy(closing, parser->close.text, len);
	if (sigil == '=' || sigil == '{') {
		closing[0] = sigil == '=' ? '=' : '}';
		memcpy(closing + 1, parser->close.text, len);
		len++;
	}
	*skip = len;
	return find(parser, body, closing, len);
}

static bool tag_read(struct parser *parser, const char *start, struct tag *tag)
{
	const char *body = start + parser->open.len;
	const char *end;
	size_t skip;

	*tag = (struct tag){ .start = start };
	while (body < parser->end && (*body == ' ' || *body == '\t'))
		body++;
	if (body < parser->end && *body && strchr("#^/><$!=&{", *body))
		tag->sigil = *body++;
	end = tag_end(parser, tag->sigil, body, &skip);
	if (!end) {
		refuse(parser, start, "a tag is not closed");
		return false;
	}
	tag->name = body;
	tag->len = (size_t)(end - body);
	tag->end = end + skip;
	trim(&tag->name, &tag->len);
	return true;
}

/*
 * A tag that writes nothing itself and has its line for itself takes the
 * whole line with it (spec: "standalone").
 */
static void tag_stand_alone(const struct parser *parser, struct tag *tag)
{
	const char *line = tag->start;
	const char *rest = tag->end;

	if (!tag->sigil || tag->sigil == '&' || tag->sigil == '{')
		return;
	while (line > parser->text && (line[-1] == ' ' || line[-1] == '\t'))
		line--;
	if (line > parser->text && line[-1] != '\n')
		return;
	while (rest < parser->end && (*rest == ' ' || *rest == '\t'))
		rest++;
	if (rest < parser->end - 1 && rest[0] == '\r' && rest[1] == '\n')
		rest++;
	if (rest < parser->end && *rest != '\n')
		return;
	tag->indent = line;
	tag->indent_len = (size_t)(tag->start - line);
	tag->start = line;
	tag->end = rest < parser->end ? rest + 1 : rest;
}

static bool delimiter_set(struct delimiter *delimiter, const char *text,
			  size_t len)
{
	if (!len || len > MAX_DELIMITER || memchr(text, '=', len))
		return false;
	memcpy(delimiter->text, text, len);
	delimiter->text[len] = '\0';
	delimiter->len = len;
	return true;
}

static bool set_delimiters(struct parser *parser, const struct tag *tag)
{
	const char *close = tag->name;
	const char *end = tag->name + tag->len;
	size_t len;

	while (close < end && !is_space(*close))
		close++;
	len = (size_t)(close - tag->name);
	while (close < end && is_space(*close))
		close++;
	for (const char *p = close; p < end; p++)
		if (is_space(*p))
			return refuse(parser, tag->start, "bad delimiters");
	if (!delimiter_set(&parser->open, tag->name, len) ||
	    !delimiter_set(&parser->close, close, (size_t)(end - close)))
		return refuse(parser, tag->start, "bad delimiters");
	return true;
}

static bool section_close(struct parser *parser, const struct tag *tag)
{
	struct mustache_node *node;
	const char *name;

	if (!parser->depth)
		return refuse(parser, tag->start, "{{/%.*s}} closes nothing",
			      (int)tag->len, tag->name);
	node = &parser->nodes[parser->stack[--parser->depth]];
	name = node->name.text;
	if (node->is_dynamic && tag->len && *tag->name == '*')
		name = arena_printf(parser->arena, "*%s", name);
	if (strlen(name) != tag->len || memcmp(name, tag->name, tag->len))
		return refuse(parser, tag->start,
			      "{{/%.*s}} where \"%s\" is open", (int)tag->len,
			      tag->name, node->name.text);
	node->next = parser->nr_nodes;
	if (node->kind == MUSTACHE_SECTION)
		node->len = (size_t)(tag->start - node->text);
	return true;
}

static enum mustache_kind kind_of(char sigil)
{
	switch (sigil) {
	case '#': return MUSTACHE_SECTION;
	case '^': return MUSTACHE_INVERTED;
	case '>': return MUSTACHE_PARTIAL;
	case '<': return MUSTACHE_PARENT;
	case '$': return MUSTACHE_BLOCK;
	case '&':
	case '{': return MUSTACHE_RAW;
	default: return MUSTACHE_VALUE;
	}
}

static bool node_open(struct parser *parser, const struct tag *tag)
{
	if (parser->depth == MUSTACHE_MAX_DEPTH)
		return refuse(parser, tag->start, "nested too deep");
	parser->stack[parser->depth++] = parser->nr_nodes - 1;
	return true;
}

static bool named_tag(struct parser *parser, struct tag *tag)
{
	struct mustache_node *node;

	node = node_add(parser, kind_of(tag->sigil));
	if (tag->len && *tag->name == '*' && tag->sigil &&
	    strchr("><", tag->sigil)) {
		node->is_dynamic = true;
		tag->name++;
		tag->len--;
		trim(&tag->name, &tag->len);
	}
	if (!tag->len)
		return refuse(parser, tag->start, "a tag without a name");
	name_split(parser->arena, &node->name, tag->name, tag->len);
	node->text = node->kind == MUSTACHE_SECTION ? tag->end : tag->indent;
	node->len = tag->indent_len;
	if (tag->sigil && strchr("#^<$", tag->sigil))
		return node_open(parser, tag);
	return true;
}

static bool tag_take(struct parser *parser, struct tag *tag)
{
	switch (tag->sigil) {
	case '!': return true;
	case '=': return set_delimiters(parser, tag);
	case '/': return section_close(parser, tag);
	default: return named_tag(parser, tag);
	}
}

static bool parse(struct parser *parser)
{
	while (parser->at < parser->end) {
		const char *start = find(parser, parser->at, parser->open.text,
					 parser->open.len);
		struct tag tag;

		if (!start)
			break;
		if (!tag_read(parser, start, &tag))
			return false;
		tag_stand_alone(parser, &tag);
		text_add(parser, parser->at, tag.start);
		parser->at = tag.end;
		if (!tag_take(parser, &tag))
			return false;
	}
	text_add(parser, parser->at, parser->end);
	if (parser->depth)
		return refuse(parser, parser->end, "\"%s\" is not closed",
			      parser->nodes[parser->stack[parser->depth - 1]]
				      .name.text);
	return true;
}

const struct mustache *mustache_parse(struct arena *arena, const char *text,
				      size_t len, char *error, size_t size)
{
	struct parser parser = {
		.arena = arena,
		.text = text,
		.at = text,
		.end = text + len,
		.open = { "{{", 2 },
		.close = { "}}", 2 },
		.error = error,
		.error_size = size,
	};
	struct mustache *tmpl;

	if (!parse(&parser))
		return NULL;
	tmpl = arena_alloc(arena, sizeof(*tmpl));
	tmpl->nodes = parser.nodes;
	tmpl->nr_nodes = parser.nr_nodes;
	return tmpl;
}
