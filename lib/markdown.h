/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Markdown (CommonMark, by md4c) of our users as safe HTML. The output is
 * built from constants: p br a strong em del code pre blockquote ul ol li and
 * nothing else; raw HTML shows as text, images become links, headings become
 * <p><strong>, rules are dropped. The one attribute is href, which is http or
 * https (url_is_web()) with a constant rel="nofollow noopener noreferrer ugc".
 */
#ifndef CARDUME_MARKDOWN_H
#define CARDUME_MARKDOWN_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"

/* What is longer is cut there (in characters). */
#define MARKDOWN_MAX 10000

enum markdown_flags {
	/* "1:23" and "1:02:03" become links to "?start=83": descriptions of
	 * the video whose page shows them. */
	MARKDOWN_TIMES = 1,
};

/* `text` must be UTF-8. */
void markdown_html(struct buf *out, const char *text, size_t len,
		   unsigned flags);
/* The same without markup, white space folded to single spaces, not escaped,
 * at most `max` characters: for descriptions in meta elements and feeds. */
void markdown_text(struct buf *out, const char *text, size_t len, size_t max);

#endif
