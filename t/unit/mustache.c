/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "mustache.h"

#include <json-c/json.h>

#include "tap.h"

static struct arena *arena;

static const char *const partials[][2] = {
	{ "hello", "Hello, {{name}}!" },
	{ "again", "{{>again}}" },
	{ "frame", "<{{$title}}none{{/title}}|{{$main}}{{/main}}>" },
	{ "column", "{{<frame}}{{$main}}[{{$inner}}in{{/inner}}]{{/main}}"
		    "{{/frame}}" },
};

static const struct mustache *partial(const char *name, void *ctx)
{
	char error[256];

	(void)ctx;
	for (size_t i = 0; i < sizeof(partials) / sizeof(partials[0]); i++)
		if (!strcmp(partials[i][0], name))
			return mustache_parse(arena, partials[i][1],
					      strlen(partials[i][1]), error,
					      sizeof(error));
	return NULL;
}

static void shout(struct buf *out, const char *text, size_t len, void *ctx)
{
	(void)ctx;
	buf_str(out, "(");
	buf_add(out, text, len);
	buf_str(out, ")");
}

static const char *translate(const char *source, size_t len,
			     struct arena *scratch, void *ctx)
{
	(void)ctx;
	(void)scratch;
	if (len == 12 && !memcmp(source, "Hi, {{name}}", len))
		return "{{name}}, oi";
	return len == 6 && !memcmp(source, "broken", len) ? "{{#" : NULL;
}

static const struct mustache_function functions[] = {
	{ "shout", shout, false, NULL },
	{ "raw", shout, true, NULL },
	{ "t", shout, false, translate },
};

/* What `text` gives over two contexts, or the error in square brackets. */
static const char *render(const char *text, const char *outer,
			  const char *inner, bool strict)
{
	struct mustache_options options = {
		.partial = partial,
		.functions = functions,
		.nr_functions = sizeof(functions) / sizeof(functions[0]),
		.strict = strict,
	};
	json_object *contexts[] = {
		json_tokener_parse(outer),
		json_tokener_parse(inner),
	};
	struct buf out = buf_make(arena, (size_t)1 << 20);
	char error[256];
	const struct mustache *tmpl =
		mustache_parse(arena, text, strlen(text), error, sizeof(error));
	bool is_good =
		tmpl && mustache_render(&out, tmpl, contexts, 2, &options);

	json_object_put(contexts[0]);
	json_object_put(contexts[1]);
	if (!tmpl)
		return arena_printf(arena, "[%s]", error);
	return is_good ? out.data : arena_printf(arena, "[%s]", options.error);
}

static const char *simple(const char *text, const char *data)
{
	return render(text, "{}", data, false);
}

static void values(void)
{
	is(simple("{{a}}", "{\"a\":1}"), "1", "an integer has no decimals");
	is(simple("{{a}} {{b}}", "{\"a\":-9223372036854775808,"
				 "\"b\":18446744073709551615}"),
	   "-9223372036854775808 18446744073709551615",
	   "the largest numbers are whole");
	is(simple("{{a}} {{b}}", "{\"a\":1.50,\"b\":true}"), "1.50 true",
	   "a real number as it came, a boolean by its name");
	is(simple("{{a}} {{{a}}}", "{\"a\":[{\"b\":\"<\"}]}"),
	   "[{&quot;b&quot;:&quot;&lt;&quot;}] [{\"b\":\"<\"}]",
	   "an array as JSON");
	is(simple("<a title='{{a}}'>", "{\"a\":\"'\\\"<&>\"}"),
	   "<a title='&#39;&quot;&lt;&amp;&gt;'>", "both quotes are escaped");
	is(render("{{a}}{{b}}", "{\"a\":1,\"b\":2}", "{\"b\":3}", true), "13",
	   "the last context is searched first");
	is(render("{{a.b}}", "{\"a\":{\"b\":1}}", "{\"a\":{}}", false), "",
	   "a dotted name does not go back to the contexts below");
	is(simple("{{#a}}x{{/a}}{{^a}}y{{/a}}", "{\"a\":0}"), "y",
	   "0 is false");
	is(simple("{{#a}}x{{/a}}{{^a}}y{{/a}}", "{\"a\":\"\"}"), "y",
	   "the empty text is false");
	is(simple("{{#a}}{{.}},{{/a}}", "{\"a\":[1,[2],\"<\",null]}"),
	   "1,[2],&lt;,,", "an array's elements");
}

static void functions_and_text(void)
{
	is(simple("{{#shout}}{{a}}{{/shout}} {{#raw}}{{a}}{{/raw}} {{a}}",
		  "{\"a\":\"<\"}"),
	   "(&lt;) (<) &lt;", "a raw function gets its values unescaped");
	is(simple("{{#shout}}a{{#raw}}b{{/raw}}{{/shout}}", "{}"), "(a(b))",
	   "functions nest");
	is(simple("{{#shout}}{{#shout}}{{#shout}}{{#shout}}{{#shout}}"
		  "{{#shout}}{{#shout}}{{#shout}}{{#shout}}"
		  "{{/shout}}{{/shout}}{{/shout}}{{/shout}}{{/shout}}"
		  "{{/shout}}{{/shout}}{{/shout}}{{/shout}}",
		  "{}"),
	   "[nested too deep: shout]", "but not for ever");
	is(simple("{{#t}}Hi, {{name}}{{/t}}", "{\"name\":\"<J>\"}"),
	   "&lt;J&gt;, oi", "a translation may move a name");
	is(simple("{{#t}}{{a}}{{/t}}", "{\"a\":\"x\"}"), "(x)",
	   "or translate a value");
	is(simple("{{#t}}Hello{{/t}} {{#t}}broken{{/t}}", "{}"), "Hello broken",
	   "no or a broken translation: the text itself");
}

static void partials_and_blocks(void)
{
	is(simple("{{>hello}}", "{\"name\":\"you\"}"), "Hello, you!",
	   "a partial");
	is(simple("{{>again}}", "{}"), "[nested too deep: 64 levels]",
	   "a partial of itself is refused");
	is(simple("{{>*which}}", "{\"which\":\"hello\",\"name\":1}"),
	   "Hello, 1!", "a dynamic name");
	is(simple("{{<frame}}{{$main}}m{{/main}}{{/frame}}", "{}"), "<none|m>",
	   "a block replaced, another kept");
	is(simple("{{<column}}{{$inner}}deep{{/inner}}{{$title}}T{{/title}}"
		  "{{/column}}",
		  "{}"),
	   "<T|[deep]>",
	   "blocks of the grandparent and of the parent's own block");
	is(simple("{{<frame}}{{$main}}{{$main}}x{{/main}}{{/main}}{{/frame}}",
		  "{}"),
	   "<none|x>", "a block inside itself ends");
}

static void strictness(void)
{
	is(render("{{a.b}}", "{}", "{\"a\":{}}", true), "[no such name: a.b]",
	   "strict: a missing member");
	is(render("{{#x}}{{/x}}", "{}", "{}", true), "[no such name: x]",
	   "strict: a missing section");
	is(render("{{>none}}", "{}", "{}", true), "[no such template: none]",
	   "strict: a missing partial");
	is(render("{{a}}{{a.b}}|{{^a}}no{{/a}}", "{}", "{\"a\":null}", true),
	   "|no", "strict: null and what hangs on null are there");
	is(render("{{a}}{{>none}}", "{}", "{}", false), "",
	   "not strict: nothing");
}

static void malformed(void)
{
	is(simple("a\nb {{name", "{}"), "[line 2: a tag is not closed]",
	   "an open tag");
	is(simple("{{#a}}\n{{/b}}", "{}"),
	   "[line 2: {{/b}} where \"a\" is open]", "a wrong end");
	is(simple("{{/b}}", "{}"), "[line 1: {{/b}} closes nothing]",
	   "an end of nothing");
	is(simple("{{#a}}", "{}"), "[line 1: \"a\" is not closed]",
	   "an open section");
	is(simple("{{ }}", "{}"), "[line 1: a tag without a name]", "no name");
	is(simple("{{={{=}}", "{}"), "[line 1: bad delimiters]",
	   "one delimiter only");
}

static void depth(void)
{
	struct buf text = buf_make(arena, (size_t)1 << 16);

	for (int i = 0; i < 65; i++)
		buf_str(&text, "{{#a}}");
	for (int i = 0; i < 65; i++)
		buf_str(&text, "{{/a}}");
	is(simple(text.data, "{\"a\":true}"), "[line 1: nested too deep]",
	   "65 levels are refused");
}

int main(void)
{
	arena = arena_new((size_t)32 << 20);
	values();
	functions_and_text();
	partials_and_blocks();
	strictness();
	malformed();
	depth();
	arena_free(arena);
	return tap_done();
}
