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

/*
 * A URL of the kind that servers are known and asked by: http:// or https://,
 * a host, maybe a port. Hosts are compared by `host`, which has one spelling:
 * lower case, no port that is the scheme's own, IPv6 in brackets as inet_ntop()
 * has it. Refused: user names, a dot at the host's end, hosts that are not
 * ASCII (write A-labels, RFC 5891), numbers that are not four decimals (127.1,
 * 0x7f000001), IPv6 zones, more than URL_LEN_MAX bytes, white space, control
 * characters, double quotes, angle brackets and backslashes anywhere.
 */
#define URL_LEN_MAX 2048
#define URL_HOST_SIZE 264 /* a name of 253, a colon, a port, a NUL */

struct url {
	bool is_https;
	char host[URL_HOST_SIZE]; /* "video.example", "[2001:db8::1]:8443" */
	size_t name_len; /* of host without its port */
	int port;
	const char *target; /* in the text: path and query; may be empty */
	size_t target_len; /* a fragment is not part of it */
};

bool url_parse(struct url *url, const char *text);

/* The URL as it is asked for: with a slash where the path is empty. */
#define URL_SIZE (URL_LEN_MAX + 64)
void url_format(char out[static URL_SIZE], const struct url *url);

/* host[:port] as above, or NULL where url_parse() refuses. */
const char *url_host(struct arena *arena, const char *text);
/* Both are URLs, of the same host and port. */
bool url_same_host(const char *one, const char *other);

#endif
