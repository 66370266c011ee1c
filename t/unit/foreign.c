/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "foreign.h"

#include "buf.h"
#include "tap.h"

static struct arena *arena;

static void becomes(const char *from, const char *to, const char *what)
{
	json_object *document = json_tokener_parse(from);

	foreign_sanitise(arena, document);
	is(json_object_to_json_string_ext(document,
					  JSON_C_TO_STRING_NOSLASHESCAPE |
						  JSON_C_TO_STRING_PLAIN),
	   to, what);
	json_object_put(document);
}

static void long_text(void)
{
	json_object *document = json_object_new_object();
	struct buf text = buf_make(arena, (size_t)1 << 20);
	const char *safe;

	for (int i = 0; i < 5000; i++)
		buf_str(&text, "<b>words</b> ");
	json_object_object_add(document, "content",
			       json_object_new_string(text.data));
	foreign_sanitise(arena, document);
	safe = json_object_get_string(
		json_object_object_get(document, "content"));
	ok(strlen(safe) <= FOREIGN_HTML_MAX, "a long text is cut");
	ok(!strcmp(safe + strlen(safe) - 9, "</strong>") ||
		   !strstr(strrchr(safe, '<'), "<strong"),
	   "and its tags are closed");
	json_object_put(document);
}

int main(void)
{
	arena = arena_new((size_t)8 << 20);
	becomes("{\"content\":\"<p onclick=x>a<script>b</script></p>\"}",
		"{\"content\":\"<p>a</p>\"}", "content is sanitised");
	becomes("{\"object\":[{\"summary\":\"<img src=x onerror=y>z\"}]}",
		"{\"object\":[{\"summary\":\"z\"}]}", "at any depth");
	becomes("{\"contentMap\":{\"en\":\"<svg>x</svg>y\",\"n\":1}}",
		"{\"contentMap\":{\"en\":\"y\",\"n\":1}}", "in every language");
	becomes("{\"mediaType\":\"text/markdown\",\"content\":\"a <b> c\"}",
		"{\"mediaType\":\"text/markdown\",\"content\":\"a <b> c\"}",
		"Markdown stays as it is");
	becomes("{\"mediaType\":\"text/plain\",\"object\":{\"content\":"
		"\"<i onload=x>\"}}",
		"{\"mediaType\":\"text/plain\",\"object\":{\"content\":"
		"\"<em></em>\"}}",
		"but not what is within it");
	becomes("{\"mediaType\":[\"text/markdown\"],\"content\":\"<style>\"}",
		"{\"mediaType\":[\"text/markdown\"],\"content\":\"\"}",
		"only a text says what it is");
	becomes("{\"content\":[\"<a onclick=x>y</a>\",[\"<svg>\"],1]}",
		"{\"content\":[\"y\",[\"\"],1]}", "lists of texts");
	becomes("{\"as:content\":\"<svg>x\",\"_:summaryMap\":"
		"{\"de\":[\"<svg>x\"]}}",
		"{\"as:content\":\"\",\"_:summaryMap\":{\"de\":[\"\"]}}",
		"and what has a prefix, which is read too");
	becomes("{\"content\":{\"content\":\"<x>\"},\"name\":\"<x>\"}",
		"{\"content\":{\"content\":\"\"},\"name\":\"<x>\"}",
		"other members are plain text");
	becomes("{\"summary\":\"Tom & Jerry\\n> said\"}",
		"{\"summary\":\"Tom & Jerry\\n> said\"}",
		"what has no tag stays");
	long_text();
	arena_free(arena);
	return tap_done();
}
