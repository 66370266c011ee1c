/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* For t/00-unit-html.t and t/90-browser-html.t: documents on the standard
 * input, each with a NUL behind it, are answered alike; with "text" as argument
 * by html_to_text(), else by html_sanitise(). A document is its own arena. */
#include "html.h"

#include <string.h>

#include "tap.h"

#define MAX ((size_t)16 << 20)

static void answer(const char *html, size_t len, bool is_text)
{
	struct arena *arena = arena_new(4 * MAX);
	struct buf out = buf_make(arena, MAX);

	if (is_text)
		html_to_text(&out, html, len);
	else
		html_sanitise(&out, html, len);
	fwrite(out.data, 1, out.len + 1, stdout);
	fflush(stdout);
	arena_free(arena);
}

int main(int argc, char **argv)
{
	static char line[1 << 20];
	bool is_text = argc > 1 && !strcmp(argv[1], "text");
	size_t len = 0;
	int c;

	while ((c = getchar()) != EOF) {
		if (c == '\0') {
			answer(line, len, is_text);
			len = 0;
		} else if (len < sizeof(line)) {
			line[len++] = (char)c;
		}
	}
	return len ? 1 : 0;
}
