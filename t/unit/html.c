/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Where output is cut, how deep it gets, and plain text. What becomes of
 * single documents: t/00-unit-html.t. */
#include "html.h"

#include "entity.h"
#include "tap.h"

#define REST "\" rel=\"nofollow noopener noreferrer ugc\" target=\"_blank\">"

static struct arena *arena;

static const char *sanitised(const char *html, size_t max)
{
	struct buf out = buf_make(arena, max);

	html_sanitise(&out, html, strlen(html));
	ok(out.len <= max, "at most %zu bytes", max);
	return out.data;
}

static void cut(const char *html, size_t max, const char *expected)
{
	is(sanitised(html, max), expected, html);
}

static void cuts(void)
{
	cut("abc", 0, "");
	cut("abc", 2, "ab");
	cut("<p>abc</p>", 6, "");
	cut("<p>abc</p>", 9, "<p>ab</p>");
	cut("<p>a<em>b</em>c</p>", 18, "<p>a<em>b</em></p>");
	cut("<p>a<em>b</em>c</p>", 17, "<p>a<em></em></p>");
	cut("<p>a<em>b</em>c</p>", 16, "<p>a</p>");
	cut("a&amp;b", 5, "a");
	cut("a&amp;b", 6, "a&amp;");
	cut("a\xc3\xa9", 2, "a");
	cut("a\xf0\x9f\x90\x9f", 4, "a");
	cut("a\xf0\x9f\x90\x9f", 5, "a\xf0\x9f\x90\x9f");
	cut("x<a href='https://a.b/'>y</a>z", 82, "x");
	cut("x<a href='https://a.b/'>y</a>z", 84,
	    "x<a href=\"https://a.b/" REST "y</a>");
	cut("<ul><li>a<li>bc", 29, "<ul><li>a</li><li>b</li></ul>");
	cut("<a href='https://a.b/'></a>", 84,
	    "<a href=\"https://a.b/" REST "ht</a>");
}

static void behind_others(void)
{
	struct buf out = buf_make(arena, 12);

	buf_str(&out, "<i>");
	html_sanitise(&out, "<p>abcdef", 9);
	is(out.data, "<i><p>ab</p>", "what is there before counts");
	html_to_text(&out, "x", 1);
	is(out.data, "<i><p>ab</p>", "no room, no text");
}

static size_t count(const char *text, const char *what)
{
	size_t nr = 0;

	for (; (text = strstr(text, what)); text += strlen(what))
		nr++;
	return nr;
}

static const char *repeated(const char *piece, size_t nr)
{
	struct buf text = buf_make(arena, (size_t)4 << 20);

	for (size_t i = 0; i < nr; i++)
		buf_str(&text, piece);
	return text.data;
}

static void depths(void)
{
	const char *html = sanitised(repeated("<em>", 10000), 1 << 20);

	is_int((long long)count(html, "<em>"), HTML_DEPTH, "em in em");
	is_int((long long)count(html, "</em>"), HTML_DEPTH, "each closed");
	html = sanitised(repeated("<blockquote><p>x", 10000), 1 << 20);
	is_int((long long)count(html, "<blockquote>"), HTML_DEPTH,
	       "quotations in each other");
	html = sanitised(repeated("<ul><li>", 10000), 1 << 20);
	is_int((long long)count(html, "</ul>"), HTML_DEPTH / 2, "lists");
	html = sanitised(repeated("<h1>x", 1000), 1 << 20);
	is_int((long long)count(html, "<p><strong>x</strong></p>"), 1000,
	       "headings end headings");
}

static void plain(const char *html, const char *expected)
{
	struct buf out = buf_make(arena, 1 << 20);

	html_to_text(&out, html, strlen(html));
	is(out.data, expected, html);
}

static void texts(void)
{
	plain("", "");
	plain(" a \n b\t<b>c</b>d ", "a b cd");
	plain("<p>a</p><p>b</p>", "a\n\nb");
	plain("<p>a<br>b<br/> c<br><br>d</p>\n", "a\nb\nc\n\nd");
	plain("<p>See <a href=\"https://a.b/c\"><span class=\"invisible\">"
	      "https://</span><span>a.b/c</span></a>.</p>",
	      "See https://a.b/c.");
	plain("x<ul><li>a</li><li>b</li></ul>y", "x\n\na\nb\n\ny");
	plain("&lt;b&gt; &amp;amp; &#39;\"", "<b> &amp; '\"");
	plain("a<script>b</script>c<!-- d -->e", "ace");
	plain("<pre>a\n  b\n\n\n c</pre>d", "a\n  b\n\n c\n\nd");
	plain("<h1>T</h1>x<blockquote>q</blockquote>", "T\n\nx\n\nq");
	plain("a\x01z\x7f!", "a z!");
	plain("</pre>a  b", "a b");
	plain("<br><p><br>a<br>", "a");
	plain("a&nbsp;b", "a\xc2\xa0"
			  "b");
}

static void entity(const char *text, size_t size, const char *expected)
{
	char out[ENTITY_BYTES + 1] = "";
	size_t len;

	is_int((long long)entity_read(text, strlen(text), out, &len),
	       (long long)size, text);
	out[len] = '\0';
	is(out, expected, text);
}

static void entities(void)
{
	entity("&amp;x", 5, "&");
	entity("&nbsp;", 6, "\xc2\xa0");
	entity("&yuml;", 6, "\xc3\xbf");
	entity("&frac12;", 8, "\xc2\xbd");
	entity("&euro;", 6, "\xe2\x82\xac");
	entity("&amp", 0, "");
	entity("&;", 0, "");
	entity("&", 0, "");
	entity("&#", 0, "");
	entity("&#x", 0, "");
	entity("&#x;", 0, "");
	entity("&#65;", 5, "A");
	entity("&#65a", 4, "A");
	entity("&#x1F41f;", 9, "\xf0\x9f\x90\x9f");
	entity("&#xdfff;", 8, "\xef\xbf\xbd");
	entity("&#4294967361;", 13, "\xef\xbf\xbd");
}

int main(void)
{
	arena = arena_new((size_t)64 << 20);
	cuts();
	behind_others();
	depths();
	texts();
	entities();
	arena_free(arena);
	return tap_done();
}
