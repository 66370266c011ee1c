/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Foreign HTML in pieces, for html.c and html_text.c: one pass, no memory, each
 * byte is looked at a bounded number of times. Tags, attributes, comments and
 * raw text end where WHATWG HTML 13.2.5 lets them end, but nobody's safety
 * depends on that: whatever is handed out is text or a tag of the list below.
 */
#ifndef CARDUME_HTML_TOKEN_H
#define CARDUME_HTML_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

#include "entity.h"

enum html_tag {
	HTML_P, /* div and other blocks too */
	HTML_BR,
	HTML_A,
	HTML_STRONG, /* b too */
	HTML_EM, /* i too */
	HTML_DEL, /* s and strike too */
	HTML_CODE,
	HTML_PRE,
	HTML_BLOCKQUOTE,
	HTML_UL,
	HTML_OL,
	HTML_LI,
	HTML_SPAN,
	HTML_HEADING, /* h1 to h6 */
	HTML_TAGS,
};

enum html_kind { HTML_END, HTML_TEXT, HTML_OPEN, HTML_CLOSE };

/* Where a link may lead is not longer (in bytes). */
#define HTML_URL_MAX 2048

struct html_token {
	enum html_kind kind;
	enum html_tag tag; /* of HTML_OPEN and HTML_CLOSE */
	/* HTML_TEXT: some bytes, references decoded, not escaped. HTML_OPEN:
	 * the first href as it stands there, or NULL. Good until the next call
	 * of html_next(). */
	const char *text;
	size_t len;
};

/* Begins as { .text = html, .len = len }. */
struct html_reader {
	const char *text;
	size_t len;
	size_t at;
	char bytes[ENTITY_BYTES];
};

/* Tags that are not listed and comments are passed over; so is the content of
 * script, style, svg and the like. */
struct html_token html_next(struct html_reader *reader);

/*
 * The target of an HTML_OPEN token's link: references decoded, white space
 * around it removed, scheme and host in lower case. False when there is none
 * that url_is_web() takes.
 */
bool html_href(const struct html_token *token, char url[HTML_URL_MAX],
	       size_t *len);

#endif
