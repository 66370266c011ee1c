/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "mention.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* Does the name go on with this? "." and "-" only before more of it, ":" before
 * a port. */
static bool is_of_name(const char *c)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

	c += strspn(c, ".-");
	return (*c && strchr(letters, *c)) || *c == '@' ||
	       (*c == ':' && c[1] >= '0' && c[1] <= '9');
}

/* The length of the name that was made a link; 0: none is there. */
static size_t add_link(struct buf *out, const char *html,
		       const struct mention mentions[], size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		const char *href = mentions[i].href;
		size_t len = strlen(mentions[i].name);

		if (!len || strncasecmp(html, mentions[i].name, len) != 0 ||
		    is_of_name(html + len))
			continue;
		buf_str(out, "<span class=\"h-card\"><a href=\"");
		buf_html(out, href, strlen(href));
		buf_str(out, "\" class=\"u-url mention\">");
		buf_add(out, html, len);
		buf_str(out, "</a></span>");
		return len;
	}
	return 0;
}

/* Whether what follows this tag is neither in a link nor in code. */
static bool is_plain_after(const char *tag, bool is_plain)
{
	if (!strncmp(tag, "<a ", 3) || !strncmp(tag, "<code", 5))
		return false;
	return is_plain || !strncmp(tag, "</a", 3) ||
	       !strncmp(tag, "</code", 6);
}

void mention_links(struct buf *out, const char *html,
		   const struct mention mentions[], size_t nr)
{
	bool is_plain = true;
	char before = ' ';

	while (*html) {
		size_t len = 1;

		if (*html == '<') {
			len = strcspn(html, ">") + 1;
			is_plain = is_plain_after(html, is_plain);
		} else if (*html == '@' && is_plain &&
			   strchr(" \n>(\"", before)) {
			len = add_link(out, html, mentions, nr);
			html += len;
			before = len ? 'x' : before;
			len = !len;
		}
		if (len)
			before = html[len - 1];
		buf_add(out, html, len);
		html += len;
	}
}
