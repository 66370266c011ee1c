/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "markdown.h"

#include "tap.h"

static struct arena *arena;

#define A(url) "<a href=\"" url "\" rel=\"nofollow noopener noreferrer ugc\">"

static const char *html_flags(const char *text, unsigned flags)
{
	struct buf out = buf_make(arena, (size_t)1 << 20);

	markdown_html(&out, text, strlen(text), flags);
	return out.data;
}

static void html(const char *text, const char *expected)
{
	is(html_flags(text, 0), expected, text);
}

static void times(const char *text, const char *expected)
{
	is(html_flags(text, MARKDOWN_TIMES), expected, text);
}

static void plain(const char *text, size_t max, const char *expected)
{
	struct buf out = buf_make(arena, (size_t)1 << 20);

	markdown_text(&out, text, strlen(text), max);
	is(out.data, expected, text);
}

static void elements(void)
{
	html("a\nb  \nc\n\n*d* **e** ~~f~~ `<g>`",
	     "<p>a<br>\nb<br>\nc</p>\n<p><em>d</em> <strong>e</strong> "
	     "<del>f</del> <code>&lt;g&gt;</code></p>\n");
	html("# T\n\n***\n> q", "<p><strong>T</strong></p>\n"
				"<blockquote>\n<p>q</p>\n</blockquote>\n");
	html("* a\n* b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n");
	html("7. a", "<ol>\n<li>a</li>\n</ol>\n");
	html("```js onload=x\n<a>\n```", "<pre><code>&lt;a&gt;\n"
					 "</code></pre>\n");
	html("<script>alert(1)</script>",
	     "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n");
	html("<b onclick=\"x\">y</b>",
	     "<p>&lt;b onclick=&quot;x&quot;&gt;y&lt;/b&gt;</p>\n");
	html("&lt;script&gt; &#60;b&#62; &#0; &copy; &frac12; &fjlig; &bogus;",
	     "<p>&lt;script&gt; &lt;b&gt; \xef\xbf\xbd \xc2\xa9 \xc2\xbd "
	     "&fjlig; &bogus;</p>\n");
	html("a\x01z", "<p>az</p>\n");
}

static void links(void)
{
	html("[a](https://b.c/?d=1&e=\"f)", "<p>a</p>\n");
	html("[a](https://b.c/?d=1&e 'title\">')",
	     "<p>" A("https://b.c/?d=1&amp;e") "a</a></p>\n");
	html("<https://b.c/>",
	     "<p>" A("https://b.c/") "https://b.c/</a></p>\n");
	html("see https://b.c/d, www.e.org",
	     "<p>see " A("https://b.c/d") "https://b.c/d</a>, " A(
		     "http://www.e.org") "www.e.org</a></p>\n");
	html("![alt](https://b.c/d.png)",
	     "<p>" A("https://b.c/d.png") "alt</a></p>\n");
	html("![](https://b.c/d.png)",
	     "<p>" A("https://b.c/d.png") "https://b.c/d.png</a></p>\n");
	html("![a [b](https://c.d) e](https://f.g)",
	     "<p>" A("https://f.g") "a b e</a></p>\n");
	html("[a][1]\n\n[1]: https://b.c",
	     "<p>" A("https://b.c") "a</a></p>\n");
	html("<mailto:a@b.c> a@b.c", "<p>mailto:a@b.c a@b.c</p>\n");
}

static void hostile_links(void)
{
	html("[a](javascript:alert(1))", "<p>a</p>\n");
	html("[a](JaVaScRiPt:alert(1))", "<p>a</p>\n");
	html("[a](data:text/html;base64,x)", "<p>a</p>\n");
	html("[a](vbscript:x)", "<p>a</p>\n");
	html("[a](javascript&#58;alert(1))", "<p>a</p>\n");
	html("[a](javascript&colon;alert(1))", "<p>a</p>\n");
	html("[a](java&Tab;script:alert(1))", "<p>a</p>\n");
	html("[a](&#x6A;avascript:alert(1))", "<p>a</p>\n");
	html("[a](&#1;javascript:alert(1))", "<p>a</p>\n");
	html("[a](//evil.org)", "<p>a</p>\n");
	html("[a](/local)", "<p>a</p>\n");
	html("[a](https://x&quot;onmouseover=alert`1`)", "<p>a</p>\n");
	html("[a](https://x&#34;onmouseover=alert)", "<p>a</p>\n");
	html("[a](https://good.org&#64;evil.org)", "<p>a</p>\n");
	html("<javascript:alert(1)>", "<p>javascript:alert(1)</p>\n");
	html("![a](javascript:alert(1))", "<p>a</p>\n");
	html("[a]\n\n[a]: javascript:alert(1)", "<p>a</p>\n");
}

static void time_links(void)
{
	times("0:00 in", "<p><a href=\"?start=0\">0:00</a> in</p>\n");
	times("(1:02:03)", "<p>(<a href=\"?start=3723\">1:02:03</a>)</p>\n");
	times("1:23, 12:59.", "<p><a href=\"?start=83\">1:23</a>, "
			      "<a href=\"?start=779\">12:59</a>.</p>\n");
	times("1:60 1:2 123:45 1:234 a1:23 1:23b 1:02:03:04 1:23:",
	      "<p>1:60 1:2 123:45 1:234 a1:23 1:23b 1:02:03:04 1:23:</p>\n");
	times("`1:23` [1:24](https://a.b)",
	      "<p><code>1:23</code> " A("https://a.b") "1:24</a></p>\n");
	html("1:23", "<p>1:23</p>\n");
}

/* md4c 0.4.8 takes the ')' behind the text for the end of the link. */
static void beyond_the_end(void)
{
	static const char text[] = "[a](b)))))))))))))";
	struct buf out = buf_make(arena, (size_t)1 << 20);

	markdown_html(&out, text, 5, 0);
	is(out.data, "<p>[a](b</p>\n", "nothing is read behind the text");
}

static void plain_text(void)
{
	plain("# A\n\nb *c*\n* d\n* [e](https://f.g) &amp; <h>", 200,
	      "A b c d e & <h>");
	plain("a  b\n\n\n```\nc  d\n```", 200, "a b c d");
	plain("abc def", 7, "abc def");
	plain("abc defg", 7, "abc de\xe2\x80\xa6");
	plain("\xc3\xa3\xc3\xa3\xc3\xa3", 2, "\xc3\xa3\xe2\x80\xa6");
	plain("", 5, "");
}

static size_t length(const char *piece, size_t nr)
{
	struct buf text = buf_make(arena, (size_t)1 << 20);

	for (size_t i = 0; i < nr; i++)
		buf_str(&text, piece);
	return strlen(html_flags(text.data, 0));
}

static int count(const char *text, const char *what)
{
	int nr = 0;

	for (; (text = strstr(text, what)); text++)
		nr++;
	return nr;
}

static void bombs(void)
{
	static const char *const pieces[] = {
		"![[]()",	">",	"* ",	    "[",    "]",
		"**a ",		"<",	"`",	    "&",    "\\",
		"https://a.b ", "[a](", "a**b",	    "- - ", "1) ",
		"***",		"_a ",	"<a href=", "\n\n", "[a]: b\n",
	};
	struct buf deep = buf_make(arena, (size_t)1 << 20);
	struct buf many = buf_make(arena, (size_t)1 << 20);
	const char *out;

	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++)
		ok(length(pieces[i], 20000) < 10000 * 12 + 4096,
		   "\"%s\" many times",
		   strchr(pieces[i], '\n') ? "..." : pieces[i]);
	for (int i = 0; i < 2000; i++)
		buf_str(&deep, "> ");
	buf_str(&deep, "x");
	/* md4c 0.4.8 enters a deletion here and never leaves it. */
	out = html_flags("> ~https://b.c/d~e\n\nx", 0);
	ok(count(out, "<del>") == 1 &&
		   count(out, "</a></del></p>\n</blockquote>\n<p>x</p>") == 1,
	   "a deletion that ends inside a URL is closed");
	out = html_flags(deep.data, 0);
	ok(count(out, "<blockquote>") <= 40 &&
		   count(out, "<blockquote>") == count(out, "</blockquote>"),
	   "deep quotes end and are closed");
	buf_str(&many, "[a]: https://b.c/");
	for (int i = 0; i < 2000; i++)
		buf_char(&many, 'd');
	buf_char(&many, '\n');
	for (int i = 0; i < 2000; i++)
		buf_str(&many, "\n[a]");
	out = html_flags(many.data, 0);
	ok(strlen(out) < 10000 * 12 + 4096, "a long target named many times");
	ok(!count(out, "<a ") && !strncmp(out, "<p>[a]: https", 13),
	   "is shown as it was written");
}

int main(void)
{
	arena = arena_new((size_t)256 << 20);
	elements();
	links();
	hostile_links();
	time_links();
	beyond_the_end();
	plain_text();
	bombs();
	arena_free(arena);
	return tap_done();
}
