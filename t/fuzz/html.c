/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sources: lib/html.c lib/html_text.c lib/html_token.c lib/entity.c */
/* sources: lib/url.c lib/utf8.c lib/hex.c lib/arena.c lib/buf.c */
/* The output holds nothing but the listed tags, each closed, and links that
 * url_is_web() accepts; it is a fixed point, and keeps to its maximum. */
#include "html.h"

#include <string.h>

#include "fuzz.h"
#include "url.h"

#define MAX ((size_t)1 << 20)
#define NR_NAMES (sizeof(names) / sizeof(names[0]))
#define LINK "a href=\""
#define REST "\" rel=\"nofollow noopener noreferrer ugc\" target=\"_blank\">"

static const char *const names[] = {
	"p",	      "strong", "em", "del", "code", "pre",
	"blockquote", "ul",	"ol", "li",  "span", "a",
};

struct stack {
	size_t open[HTML_DEPTH];
	size_t nr;
};

static const char *starts(const char *text, const char *what)
{
	return strncmp(text, what, strlen(what)) ? NULL : text + strlen(what);
}

/* What is behind a link's opening tag. */
static const char *check_link(const char *url)
{
	const char *end = strchr(url, '"');
	char decoded[20000];
	size_t nr = 0;

	CHECK(end && starts(end, REST));
	for (; url < end; url++) {
		const char *amp = starts(url, "&amp;");
		const char *quote = starts(url, "&#39;");

		CHECK(*url != '&' || amp || quote);
		decoded[nr++] = quote ? '\'' : *url;
		if (amp || quote)
			url = (amp ? amp : quote) - 1;
	}
	CHECK(url_is_web(decoded, nr));
	return starts(end, REST);
}

static size_t name_of(const char *text, size_t len)
{
	size_t i = 0;

	while (i < NR_NAMES &&
	       (strlen(names[i]) != len || strncmp(names[i], text, len) != 0))
		i++;
	CHECK(i < NR_NAMES);
	return i;
}

static const char *check_tag(struct stack *stack, const char *text)
{
	const char *end = strchr(text, '>');
	const char *url = starts(text, LINK);
	size_t name = NR_NAMES - 1;

	CHECK(end);
	if (starts(text, "br>"))
		return end + 1;
	if (*text == '/') {
		name = name_of(text + 1, (size_t)(end - text - 1));
		CHECK(stack->nr && stack->open[--stack->nr] == name);
		return end + 1;
	}
	if (!url)
		name = name_of(text, (size_t)(end - text));
	CHECK(stack->nr < HTML_DEPTH);
	stack->open[stack->nr++] = name;
	return url ? check_link(url) : end + 1;
}

static void check_html(const char *text)
{
	struct stack stack = { .nr = 0 };

	while (*text) {
		CHECK(*text != '>' && *text != '"' && *text != '\'');
		text = *text == '<' ? check_tag(&stack, text + 1) : text + 1;
	}
	CHECK(!stack.nr);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new((size_t)64 << 20);
	struct buf html = buf_make(arena, MAX);
	struct buf again = buf_make(arena, MAX);
	struct buf part = buf_make(arena, size / 2);
	struct buf plain = buf_make(arena, MAX);
	const char *text = (const char *)data;

	html_sanitise(&html, text, size);
	CHECK(strlen(html.data) == html.len);
	check_html(html.data);
	html_sanitise(&again, html.data, html.len);
	CHECK(!strcmp(html.data, again.data));
	html_sanitise(&part, text, size);
	CHECK(part.len <= size / 2);
	check_html(part.data);
	html_to_text(&plain, text, size);
	CHECK(plain.len <= size && strlen(plain.data) == plain.len);
	arena_free(arena);
	return 0;
}
