/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "json.h"

#include "buf.h"
#include "tap.h"

static struct arena *arena;

static const char *scan(const char *text)
{
	return json_scan(arena, text, strlen(text));
}

static void refused(const char *text, const char *why)
{
	is(scan(text), why, text);
}

static const char *repeated(const char *before, const char *text, int nr,
			    const char *after)
{
	struct buf buf = buf_make(arena, (size_t)4 << 20);

	buf_str(&buf, before);
	for (int i = 0; i < nr; i++)
		buf_str(&buf, text);
	buf_str(&buf, after);
	return buf.data;
}

static const char *numbered(int nr)
{
	struct buf buf = buf_make(arena, (size_t)1 << 20);

	buf_char(&buf, '{');
	for (int i = 0; i < nr; i++)
		buf_printf(&buf, "\"%d\":0,", i);
	buf_str(&buf, "\"x\":0}");
	return buf.data;
}

static void accepts(void)
{
	static const char *const good[] = {
		"null",
		" true ",
		"-0.5e+3",
		"0",
		"\"\"",
		"[]",
		"{}",
		"[1,[2,{}],\"\\ud83d\\ude00\\u00e3\\n\"]",
		"{\"a\":{\"a\":1},\"b\":[{\"a\":1},{\"a\":2}],\"c\":\"'\"}",
		"9223372036854775807",
		"1.5e300",
	};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		is(scan(good[i]), NULL, good[i]);
}

static void refuses(void)
{
	refused("", "something that is no value");
	refused("{\"a\":1,\"a\":2}", "a key stands twice");
	refused("{\"a\":1,\"\\u0061\":2}", "a key stands twice");
	refused("[{\"x\":[{\"a\":1,\"b\":1,\"a\":2}]}]", "a key stands twice");
	refused("{'a':1}", "a key is missing");
	refused("['a']", "something that is no value");
	refused("[NaN]", "something that is no value");
	refused("[Infinity]", "something that is no value");
	refused("[nul]", "something that is no value");
	refused("[1,]", "something that is no value");
	refused("{\"a\":1,}", "a key is missing");
	refused("{\"a\" 1}", "a colon is missing");
	refused("[01]", "an array does not end");
	refused("[1.]", "a broken number");
	refused("[1e]", "a broken number");
	refused("[1e999]", "a number out of range");
	refused("[123456789012345678901]", "a number out of range");
	refused("[+1]", "something that is no value");
	refused("\"a\tb\"", "a control character");
	refused("\"\\u0000\"", "\\u0000");
	refused("\"\\ud800\"", "half a surrogate pair");
	refused("\"\\ud800\\u0041\"", "half a surrogate pair");
	refused("\"\\udc00\\ud800\"", "half a surrogate pair");
	refused("\"\\u12g4\"", "a broken \\u escape");
	refused("\"\\x41\"", "an unknown escape");
	refused("\"abc", "a string does not end");
	refused("\"abc\\", "an unknown escape");
	refused("[1] x", "something behind the value");
	refused("{}{}", "something behind the value");
	refused("/* a */ 1", "something that is no value");
	refused("\"\xff\"", "not UTF-8");
	is(json_scan(arena, "[1]\0", 4), "not UTF-8", "NUL behind");
}

static void limits(void)
{
	is(scan(repeated("", "[", 32, "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]")),
	   NULL, "32 levels");
	is(scan(repeated("", "[", 33, "")), "nested too deep", "33 levels");
	is(scan(repeated("[[]", ",[]", 4998, "]")), NULL, "5000 containers");
	is(scan(repeated("[[]", ",[]", 4999, "]")),
	   "too many objects and arrays", "5001 containers");
	is(scan(repeated("[0", ",0", 19998, "]")), NULL, "20000 tokens");
	is(scan(repeated("[0", ",0", 19999, "]")), "too many values",
	   "20001 tokens");
	is(scan(repeated("\"", "a", (int)JSON_MAX_BYTES, "\"")), "too long",
	   "over the limit");
	is(scan(numbered(9000)), NULL, "many keys");
}

static void getters(struct task *task, void *arg)
{
	static const char text[] =
		"{\"t\":\"x\",\"i\":-7,\"b\":true,\"n\":null,"
		"\"o\":{\"t\":\"y\"}}";
	json_object *doc = json_parse(task, text, strlen(text));

	(void)arg;
	is(json_text(doc, "t"), "x", "a text");
	is(json_text(doc, "i"), NULL, "a number is no text");
	is(json_text(json_member(doc, "o"), "t"), "y", "a member's member");
	is(json_text(json_member(doc, "none"), "t"), NULL, "of nothing");
	is_int(json_int(doc, "i", 1), -7, "an integer");
	is_int(json_int(doc, "t", 1), 1, "the fallback");
	ok(json_flag(doc, "b", false) && json_flag(doc, "n", true), "flags");
	is_int(json_object_get_int(json_load(task, "12", 2)), 12,
	       "a bare number is a document");
	json_load(task, "{\"a\":", 5);
}

static void parse_bad(struct task *task, void *arg)
{
	json_parse(task, arg, strlen(arg));
}

static void parsing(void)
{
	struct task task = { .arena = arena };
	char bad[] = "{\"a\":1,\"a\":2}";

	ok(!task_run(&task, getters, NULL) && task.status == 500,
	   "a broken document of our own is our fault");
	ok(!task_run(&task, parse_bad, bad) && task.status == 400,
	   "a stranger's is theirs");
	is(task.message, "JSON: a key stands twice", "and is told why");
}

int main(void)
{
	arena = arena_new((size_t)64 << 20);
	accepts();
	refuses();
	limits();
	parsing();
	arena_free(arena);
	return tap_done();
}
