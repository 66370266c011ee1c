/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Pieces of URLs (RFC 3986) and of application/x-www-form-urlencoded (WHATWG
 * URL standard 5.1). Encoding: buf_url().
 */
#ifndef CARDUME_URL_H
#define CARDUME_URL_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"

/*
 * Decodes %XX, and '+' as a space where `plus` is set. NULL when a '%' is not
 * followed by two hex digits, or when the result is not UTF-8 or holds a NUL.
 * The result is in the arena and ends with a NUL.
 */
char *url_decode(struct arena *arena, const char *text, size_t len, bool plus);

/*
 * Walks through "a=1&b=2" (a query string or an urlencoded body):
 *
 *	struct url_form form = url_form(arena, text, len);
 *	while (url_form_next(&form, &name, &value))
 *		...
 *	if (form.is_bad)
 *		400
 *
 * Empty pieces ("&&") are passed over; a piece without '=' has the value "".
 */
struct url_form {
	struct arena *arena;
	const char *at;
	const char *end;
	bool is_bad; /* what url_decode() refuses was met */
};

struct url_form url_form(struct arena *arena, const char *text, size_t len);
/* Name and value are decoded copies in the arena. */
bool url_form_next(struct url_form *form, const char **name,
		   const char **value);

/*
 * True for what we are willing to link to from a stranger's text: http:// or
 * https:// with a host, no user name, and no white space, control character,
 * double quote, angle bracket or backslash anywhere. Non-ASCII bytes are let
 * through, IPv6 literals are not.
 */
bool url_is_web(const char *text, size_t len);

#endif
