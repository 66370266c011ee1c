/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sources: lib/markdown.c lib/entity.c lib/url.c lib/utf8.c lib/hex.c */
/* sources: lib/arena.c lib/buf.c */
/* The output holds nothing but the listed tags, each closed, and links that
 * url_is_web() accepts. */
#include "markdown.h"

#include <string.h>

#include "fuzz.h"
#include "url.h"
#include "utf8.h"

#define LINK "a href=\""
#define REL "\" rel=\"nofollow noopener noreferrer ugc\">"
#define START "a href=\"?start="

static const char *const names[] = {
	"p",	      "strong", "em", "del", "code", "pre",
	"blockquote", "ul",	"ol", "li",  "a",
};

struct stack {
	size_t open[100];
	size_t nr;
};

static const char *starts(const char *text, const char *what)
{
	return strncmp(text, what, strlen(what)) ? NULL : text + strlen(what);
}

/* Behind a link's opening tag. */
static const char *check_link(const char *text)
{
	const char *url = starts(text, LINK);
	const char *end;
	const char *time = starts(text, START);

	CHECK(url);
	if (time) {
		end = time + strspn(time, "0123456789");
		CHECK(end > time && starts(end, "\">"));
		return end + 2;
	}
	end = strchr(url, '"');
	CHECK(end && url_is_web(url, (size_t)(end - url)));
	CHECK(starts(end, REL));
	return starts(end, REL);
}

static size_t name_of(const char *text, const char *end)
{
	size_t i = 0;

	while (i < sizeof(names) / sizeof(names[0]) &&
	       (strlen(names[i]) != (size_t)(end - text) ||
		strncmp(names[i], text, (size_t)(end - text)) != 0))
		i++;
	CHECK(i < sizeof(names) / sizeof(names[0]));
	return i;
}

static const char *check_tag(struct stack *stack, const char *text)
{
	const char *end = strchr(text, '>');
	size_t name;

	CHECK(end);
	if (starts(text, "br>"))
		return end + 1;
	if (*text == '/') {
		name = name_of(text + 1, end);
		CHECK(stack->nr && stack->open[--stack->nr] == name);
		return end + 1;
	}
	if (starts(text, LINK)) {
		end = check_link(text) - 1;
		name = sizeof(names) / sizeof(names[0]) - 1;
	} else {
		name = name_of(text, end);
	}
	CHECK(stack->nr < 100);
	stack->open[stack->nr++] = name;
	return end + 1;
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
	struct buf html = buf_make(arena, (size_t)1 << 20);
	struct buf plain = buf_make(arena, (size_t)1 << 20);
	const char *text = (const char *)data;

	markdown_text(&plain, text, size, 200);
	markdown_html(&html, text, size, size % 2 ? MARKDOWN_TIMES : 0);
	CHECK(utf8_count(plain.data, plain.len) <= 200 ||
	      !utf8_valid(text, size));
	if (!memchr(text, '\0', size))
		check_html(html.data);
	arena_free(arena);
	return 0;
}
