/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "templates.h"

#include <stdlib.h>
#include <unistd.h>

#include "date.h"
#include "mustache_tree.h"
#include "tap.h"

static struct arena *arena;

/* 2026-11-23T12:00:00Z */
#define NOW 1795435200

static const char *apply(const char *name, const char *text)
{
	struct template_env env = { .now = NOW };
	struct mustache_options options = {
		.functions = template_functions,
		.nr_functions = nr_template_functions,
		.function_ctx = &env,
		.strict = true,
	};
	const char *source =
		arena_printf(arena, "{{#%s}}{{x}}{{/%s}}", name, name);
	json_object *data = json_object_new_object();
	struct buf out = buf_make(arena, (size_t)1 << 20);
	char error[256];
	const struct mustache *tmpl = mustache_parse(
		arena, source, strlen(source), error, sizeof(error));

	json_object_object_add(data, "x", json_object_new_string(text));
	if (!tmpl || !mustache_render(&out, tmpl, &data, 1, &options))
		buf_str(&out, options.error);
	json_object_put(data);
	return out.data;
}

static void check(const char *name, const char *text, const char *expected)
{
	is(apply(name, text), expected,
	   arena_printf(arena, "%s of \"%.40s\"", name, text));
}

static long long parsed(const char *text)
{
	time_t when = -1;

	return date_parse(text, strlen(text), &when) ? when : -1;
}

static void dates(void)
{
	is_int(parsed("2026-11-23T12:00:00.123Z"), NOW, "milliseconds");
	is_int(parsed("2026-11-23T13:30:00+01:30"), NOW, "east");
	is_int(parsed("2026-11-23 07:00:00-05"), NOW, "west");
	is_int(parsed("2026-11-23"), NOW - 12 * 3600, "a day");
	is_int(parsed("2024-02-29"), 1709164800, "a leap day");
	is_int(parsed("2026-02-29"), -1, "not in the calendar");
	is_int(parsed("2026-11-23T24:00:00Z"), -1, "no such hour");
	is_int(parsed("2026-11-23T12:00:00X"), -1, "no such zone");
	is_int(parsed("2026-13-01"), -1, "no such month");
	is_int(parsed("26-11-23"), -1, "no year");
	is_int(parsed(""), -1, "nothing");
	check("date", "2026-11-03T23:59:59Z", "3 November 2026");
	check("date", "<soon>", "&lt;soon&gt;");
	check("rfc822", "2026-11-23T01:02:03.456Z",
	      "Mon, 23 Nov 2026 01:02:03 +0000");
	check("ago", "2026-11-23T11:59:30Z", "just now");
	check("ago", "2026-11-23T12:00:05Z", "just now");
	check("ago", "2026-11-23T11:58:30Z", "1 minute ago");
	check("ago", "2026-11-23T09:00:00Z", "3 hours ago");
	check("ago", "2026-11-20T09:00:00Z", "3 days ago");
	check("ago", "2026-10-24T09:00:00Z", "1 month ago");
	check("ago", "2025-12-01T09:00:00Z", "11 months ago");
	check("ago", "2020-12-01T09:00:00Z", "5 years ago");
	check("ago", "2027-01-02T09:00:00Z", "2 January 2027");
}

static void numbers(void)
{
	check("hms", "0", "0:00");
	check("hms", "83", "1:23");
	check("hms", "3723", "1:02:03");
	check("hms", "362439.7", "100:40:39");
	check("hms", "-1", "-1");
	check("iso_duration", "83", "PT83S");
	check("n_views", "1", "1 view");
	check("n_views", "0", "0 views");
	check("n_views", "1234", "1.2k views");
	check("n_found", "2", "2 videos found");
	check("n_videos", "<b>", "&lt;b&gt; videos");
	check("count", "999", "999");
	check("count", "1000", "1k");
	check("count", "1234", "1.2k");
	check("count", "12345", "12k");
	check("count", "999999", "999k");
	check("count", "1500000", "1.5M");
	check("count", "2000000000", "2G");
	check("bytes", "1023", "1023 B");
	check("bytes", "1536", "1.5 KiB");
	check("bytes", "1073741824", "1 GiB");
	check("bytes", "999999999999999999", "888 PiB");
	check("bytes", "x", "x");
}

#define X49 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define X50 X49 "x"

static void texts(void)
{
	check("md", "*a* <b> \"c\"",
	      "<p><em>a</em> &lt;b&gt; &quot;c&quot;</p>\n");
	check("md_times", "at 1:23",
	      "<p>at <a href=\"?start=83\">1:23</a></p>\n");
	check("md_mentions",
	      "@a /a/a @b@c.d /c/b@c.d\n"
	      "(@a, @A.) @ab @a@x @b@C.d: `@a` x@a 1:00",
	      "<p>(<span class=\"h-card\"><a href=\"/a/a\" "
	      "class=\"u-url mention\">@a</a></span>, <span class=\"h-card\">"
	      "<a href=\"/a/a\" class=\"u-url mention\">@A</a></span>.) @ab "
	      "@a@x <span class=\"h-card\"><a href=\"/c/b@c.d\" "
	      "class=\"u-url mention\">@b@C.d</a></span>: <code>@a</code> x@a "
	      "<a href=\"?start=60\">1:00</a></p>\n");
	check("md_mentions", "\n*@a*", "<p><em>@a</em></p>\n");
	check("md_mentions", "@a", "<p>@a</p>\n");
	check("md_mentions", "@a\n@a", "<p>@a</p>\n");
	check("md_text", "# A & \"b\"\n\n[c](https://d.e)",
	      "A &amp; &quot;b&quot; c");
	check("html", "<p onclick=x>a<script>b</script> &amp; \"c",
	      "<p>a &amp; &quot;c</p>");
	check("html_text", "<p>a</p><p>&lt;b> \"c\"</p>",
	      "a  &lt;b&gt; &quot;c&quot;");
	check("html_text", "<p>" X50 X50 X50 X50 "</p>", X50 X50 X50 X50);
	check("html_text", "<p>" X50 X50 X50 X50 "\xc3\xa3</p>",
	      X50 X50 X50 X49 "\xe2\x80\xa6");
	check("html_plain", "<p>a<br>&lt;b&#xfffe;&#8;", "a\n&lt;b");
	check("mail_text", "<p>a<br>&lt;b>", "a\n<b>");
	check("url", "a b/c&d\xc3\xa3", "a%20b%2Fc%26d%C3%A3");
	check("json", "</script>\"\\&\xe2\x80\xa8\n",
	      "\\u003c/script\\u003e\\\"\\\\\\u0026\\u2028\\u000a");
	check("xml", "a\x01<\tb\xef\xbf\xbf'\x1f", "a&lt;\tb&#39;");
	check("lower", "ABC\xc3\x83<", "abc\xc3\x83&lt;");
	check("t", "x", "x");
}

static bool has_template(const char *name)
{
	for (size_t i = 0; i < nr_templates; i++)
		if (!strcmp(templates[i].name, name))
			return true;
	return false;
}

/* The first partial or parent that is not there, or NULL. */
static const char *dangling(const struct mustache *tmpl)
{
	for (size_t i = 0; i < tmpl->nr_nodes; i++) {
		const struct mustache_node *node = &tmpl->nodes[i];

		if ((node->kind == MUSTACHE_PARTIAL ||
		     node->kind == MUSTACHE_PARENT) &&
		    !node->is_dynamic && !has_template(node->name.text))
			return node->name.text;
	}
	return NULL;
}

static void own_templates(void)
{
	for (size_t i = 0; i < nr_templates; i++) {
		const char *name = templates[i].name;

		is(dangling(template_find(name)), NULL,
		   arena_printf(arena, "templates/%s: its partials are there",
				name));
		ok(!strstr(templates[i].text, "SPDX"),
		   "templates/%s: no licence in the output", name);
		ok(!i || strcmp(templates[i - 1].name, name) < 0,
		   "templates/%s: sorted", name);
	}
	ok(nr_templates > 3, "there are templates");
}

/* In its own catalogue, where msgfmt has made it. */
static void translations(void)
{
	const char *dir = getenv("CARDUME_LOCALEDIR");
	const char *file = arena_printf(
		arena, "%s/pt_BR/LC_MESSAGES/cardume.mo", dir ? dir : ".");

	if (access(file, R_OK) != 0) {
		ok(true, "no %s: not tested  SKIP", file);
		return;
	}
	templates_language("pt-BR");
	check("date", "2026-11-03T23:59:59Z", "3 de novembro de 2026");
	check("ago", "2026-11-20T09:00:00Z", "h\xc3\xa1 3 dias");
	check("ago", "2026-11-23T11:58:30Z", "h\xc3\xa1 1 minuto");
	check("t", "Public",
	      "P\xc3\xba"
	      "blico");
	check("t", "not there", "not there");
	check("rfc822", "2026-11-23T01:02:03Z",
	      "Mon, 23 Nov 2026 01:02:03 +0000");
	templates_language("../../etc");
	check("t", "Public",
	      "P\xc3\xba"
	      "blico");
	templates_language("xx");
	check("t", "Public", "Public");
	templates_language("en-GB");
	check("ago", "2026-11-20T09:00:00Z", "3 days ago");
}

int main(void)
{
	arena = arena_new((size_t)32 << 20);
	dates();
	numbers();
	texts();
	own_templates();
	translations();
	arena_free(arena);
	return tap_done();
}
