/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "json.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "hex.h"
#include "utf8.h"

/* Deeper than json_scan() lets through. */
#define PARSER_DEPTH 64
#define MAX_NUMBER 64

struct key {
	const char *text;
	size_t len;
};

struct scan {
	struct arena *arena;
	const struct json_limits *limits;
	const char *at;
	const char *end;
	int depth;
	int nr_containers;
	int nr_tokens;
	bool in_key;
	struct key *keys; /* a stack: of all objects that are open */
	size_t nr_keys;
	size_t capacity;
	const char *error;
};

static bool value(struct scan *scan);

static bool refuse(struct scan *scan, const char *why)
{
	if (!scan->error)
		scan->error = why;
	return false;
}

static char peek(const struct scan *scan)
{
	return scan->at < scan->end ? *scan->at : '\0';
}

static void skip_space(struct scan *scan)
{
	while (scan->at < scan->end && *scan->at &&
	       strchr(" \t\r\n", *scan->at))
		scan->at++;
}

static bool take(struct scan *scan, char c)
{
	skip_space(scan);
	if (scan->at >= scan->end || *scan->at != c)
		return false;
	scan->at++;
	return true;
}

static bool count_token(struct scan *scan)
{
	if (++scan->nr_tokens > scan->limits->tokens)
		return refuse(scan, "too many values");
	return true;
}

/* Strings */

static bool hex4(struct scan *scan, uint32_t *unit)
{
	*unit = 0;
	if (scan->end - scan->at < 4)
		return refuse(scan, "a broken \\u escape");
	for (int i = 0; i < 4; i++) {
		int digit = hex_digit(*scan->at++);

		if (digit < 0)
			return refuse(scan, "a broken \\u escape");
		*unit = *unit << 4 | (uint32_t)digit;
	}
	return true;
}

static bool unicode_escape(struct scan *scan, uint32_t *code)
{
	uint32_t low;

	if (!hex4(scan, code))
		return false;
	if (*code == 0 && (scan->in_key || !scan->limits->nul))
		return refuse(scan, "\\u0000");
	if (*code < 0xd800 || *code > 0xdfff)
		return true;
	if (*code > 0xdbff || scan->end - scan->at < 6 || scan->at[0] != '\\' ||
	    scan->at[1] != 'u')
		return refuse(scan, "half a surrogate pair");
	scan->at += 2;
	if (!hex4(scan, &low))
		return false;
	if (low < 0xdc00 || low > 0xdfff)
		return refuse(scan, "half a surrogate pair");
	*code = 0x10000 + ((*code - 0xd800) << 10) + (low - 0xdc00);
	return true;
}

/* Behind a backslash. */
static bool escape(struct scan *scan, uint32_t *code)
{
	static const char names[] = "\"\\/bfnrt";
	static const char values[] = "\"\\/\b\f\n\r\t";
	char c = peek(scan);
	const char *name = c ? strchr(names, c) : NULL;

	scan->at++;
	if (c == 'u')
		return unicode_escape(scan, code);
	if (!name)
		return refuse(scan, "an unknown escape");
	*code = (uint32_t)values[name - names];
	return true;
}

/* Behind the opening quote. Where `out` is given, it gets the decoded bytes:
 * never more than the escaped ones. */
static bool string_body(struct scan *scan, char *out, size_t *len)
{
	char bytes[4];

	for (*len = 0; scan->at < scan->end && *scan->at != '"';) {
		uint32_t code = 0;
		size_t nr = 1;

		if ((unsigned char)*scan->at < 0x20)
			return refuse(scan, "a control character");
		bytes[0] = *scan->at++;
		if (bytes[0] == '\\') {
			if (!escape(scan, &code))
				return false;
			nr = utf8_encode(bytes, code);
		}
		if (out)
			memcpy(out + *len, bytes, nr);
		*len += nr;
	}
	if (scan->at >= scan->end)
		return refuse(scan, "a string does not end");
	scan->at++;
	return true;
}

static bool string(struct scan *scan)
{
	size_t len;

	scan->at++;
	return string_body(scan, NULL, &len);
}

/* Objects */

static void key_push(struct scan *scan, const char *text, size_t len)
{
	if (scan->nr_keys == scan->capacity) {
		struct key *old = scan->keys;

		scan->capacity = scan->capacity * 2 + 64;
		scan->keys =
			arena_array(scan->arena, scan->capacity, sizeof(*old));
		if (old)
			memcpy(scan->keys, old, scan->nr_keys * sizeof(*old));
	}
	scan->keys[scan->nr_keys++] = (struct key){ text, len };
}

static bool key(struct scan *scan)
{
	const char *start = scan->at;
	char *decoded;
	size_t len;

	scan->in_key = true;
	if (!string_body(scan, NULL, &len) || !count_token(scan))
		return false;
	scan->in_key = false;
	if (len == (size_t)(scan->at - start) - 1) {
		key_push(scan, start, len);
		return true;
	}
	decoded = arena_alloc(scan->arena, len + 1);
	scan->at = start;
	key_push(scan, decoded, len);
	return string_body(scan, decoded, &len);
}

static int by_key(const void *left, const void *right)
{
	const struct key *a = left;
	const struct key *b = right;

	if (a->len != b->len)
		return a->len < b->len ? -1 : 1;
	return memcmp(a->text, b->text, a->len);
}

/* Sorting keeps it n log n whatever the keys are. */
static bool keys_differ(struct scan *scan, size_t first)
{
	size_t nr = scan->nr_keys - first;

	if (nr > 1)
		qsort(scan->keys + first, nr, sizeof(*scan->keys), by_key);
	for (size_t i = first + 1; i < scan->nr_keys; i++)
		if (!by_key(&scan->keys[i - 1], &scan->keys[i]))
			return refuse(scan, "a key stands twice");
	scan->nr_keys = first;
	return true;
}

static bool member(struct scan *scan)
{
	if (!take(scan, '"'))
		return refuse(scan, "a key is missing");
	if (!key(scan))
		return false;
	if (!take(scan, ':'))
		return refuse(scan, "a colon is missing");
	return value(scan);
}

static bool object(struct scan *scan)
{
	size_t first = scan->nr_keys;

	if (take(scan, '}'))
		return true;
	do {
		if (!member(scan))
			return false;
	} while (take(scan, ','));
	if (!take(scan, '}'))
		return refuse(scan, "an object does not end");
	return keys_differ(scan, first);
}

static bool array(struct scan *scan)
{
	if (take(scan, ']'))
		return true;
	do {
		if (!value(scan))
			return false;
	} while (take(scan, ','));
	if (!take(scan, ']'))
		return refuse(scan, "an array does not end");
	return true;
}

static bool container(struct scan *scan)
{
	bool is_object = *scan->at++ == '{';
	bool is_good;

	if (++scan->nr_containers > scan->limits->containers)
		return refuse(scan, "too many objects and arrays");
	if (++scan->depth > scan->limits->depth)
		return refuse(scan, "nested too deep");
	is_good = is_object ? object(scan) : array(scan);
	scan->depth--;
	return is_good;
}

/* Numbers and words */

static bool digits(struct scan *scan)
{
	const char *start = scan->at;

	while (peek(scan) >= '0' && peek(scan) <= '9')
		scan->at++;
	return scan->at > start;
}

/* An integer that fits no 64 bits and a real number that is infinite mean
 * different things to different parsers. */
static bool is_in_range(const char *start, size_t len, bool is_integer)
{
	char copy[MAX_NUMBER + 1];

	if (len > MAX_NUMBER || (is_integer && len > 19))
		return false;
	memcpy(copy, start, len);
	copy[len] = '\0';
	return is_integer || isfinite(strtod(copy, NULL));
}

static bool number(struct scan *scan)
{
	const char *start = scan->at;
	bool is_integer = true;

	if (peek(scan) == '-')
		scan->at++;
	if (peek(scan) == '0')
		scan->at++;
	else if (!digits(scan))
		return refuse(scan, "something that is no value");
	if (peek(scan) == '.') {
		is_integer = false;
		scan->at++;
		if (!digits(scan))
			return refuse(scan, "a broken number");
	}
	if (peek(scan) == 'e' || peek(scan) == 'E') {
		is_integer = false;
		scan->at++;
		if (peek(scan) == '+' || peek(scan) == '-')
			scan->at++;
		if (!digits(scan))
			return refuse(scan, "a broken number");
	}
	if (!is_in_range(start, (size_t)(scan->at - start), is_integer))
		return refuse(scan, "a number out of range");
	return true;
}

static bool word(struct scan *scan, const char *text)
{
	size_t len = strlen(text);

	if ((size_t)(scan->end - scan->at) < len ||
	    memcmp(scan->at, text, len) != 0)
		return refuse(scan, "something that is no value");
	scan->at += len;
	return true;
}

static bool value(struct scan *scan)
{
	if (!count_token(scan))
		return false;
	skip_space(scan);
	switch (peek(scan)) {
	case '{':
	case '[': return container(scan);
	case '"': return string(scan);
	case 't': return word(scan, "true");
	case 'f': return word(scan, "false");
	case 'n': return word(scan, "null");
	default: return number(scan);
	}
}

const char *json_scan(struct arena *arena, const char *text, size_t len)
{
	static const struct json_limits limits = {
		.bytes = JSON_MAX_BYTES,
		.depth = JSON_MAX_DEPTH,
		.containers = JSON_MAX_CONTAINERS,
		.tokens = JSON_MAX_TOKENS,
	};

	return json_scan_within(arena, text, len, &limits);
}

const char *json_scan_within(struct arena *arena, const char *text, size_t len,
			     const struct json_limits *limits)
{
	struct scan scan = {
		.arena = arena, .limits = limits, .at = text, .end = text + len
	};

	if (len > limits->bytes)
		return "too long";
	if (!utf8_is_text(text, len))
		return "not UTF-8";
	if (!value(&scan))
		return scan.error;
	skip_space(&scan);
	return scan.at < scan.end ? "something behind the value" : NULL;
}

/* Over json-c */

static void put(void *value)
{
	json_object_put(value);
}

json_object *json_keep(struct task *task, json_object *value)
{
	if (value)
		arena_defer(task->arena, put, value);
	return value;
}

static void free_parser(void *parser)
{
	json_tokener_free(parser);
}

static json_object *parse(struct task *task, int status, const char *text,
			  size_t len)
{
	struct json_tokener *parser = json_tokener_new_ex(PARSER_DEPTH);
	enum json_tokener_error error;
	json_object *parsed;

	if (!parser || len > INT_MAX)
		fail(task, 503, "No memory for a document.");
	arena_defer(task->arena, free_parser, parser);
	json_tokener_set_flags(parser, JSON_TOKENER_STRICT);
	parsed = json_tokener_parse_ex(parser, text, (int)len);
	/* A number ends where the text does: the NUL tells the parser. */
	if (json_tokener_get_error(parser) == json_tokener_continue)
		parsed = json_tokener_parse_ex(parser, "", 1);
	error = json_tokener_get_error(parser);
	if (error != json_tokener_success)
		fail(task, status, "JSON: %s", json_tokener_error_desc(error));
	return json_keep(task, parsed);
}

json_object *json_parse(struct task *task, const char *text, size_t len)
{
	const char *error = json_scan(task->arena, text, len);

	if (error)
		fail(task, 400, "JSON: %s", error);
	return parse(task, 400, text, len);
}

json_object *json_load(struct task *task, const char *text, size_t len)
{
	return parse(task, 500, text, len);
}

json_object *json_member(json_object *object, const char *key)
{
	json_object *value = NULL;

	if (json_object_is_type(object, json_type_object))
		json_object_object_get_ex(object, key, &value);
	return value;
}

const char *json_text(json_object *object, const char *key)
{
	json_object *value = json_member(object, key);

	return json_object_is_type(value, json_type_string) ?
		       json_object_get_string(value) :
		       NULL;
}

int64_t json_int(json_object *object, const char *key, int64_t fallback)
{
	json_object *value = json_member(object, key);

	return json_object_is_type(value, json_type_int) ?
		       json_object_get_int64(value) :
		       fallback;
}

bool json_flag(json_object *object, const char *key, bool fallback)
{
	json_object *value = json_member(object, key);

	return json_object_is_type(value, json_type_boolean) ?
		       json_object_get_boolean(value) :
		       fallback;
}
