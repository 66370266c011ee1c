/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "url.h"

#include <string.h>
#include <strings.h>

#include "hex.h"
#include "utf8.h"

/* The decoded byte at text[i], and i moved to its last character; -1 when it
 * is malformed. */
static int decode_byte(const char *text, size_t len, size_t *i)
{
	int high, low;

	if (len - *i < 3)
		return -1;
	high = hex_digit(text[*i + 1]);
	low = hex_digit(text[*i + 2]);
	*i += 2;
	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

char *url_decode(struct arena *arena, const char *text, size_t len, bool plus)
{
	char *out = arena_alloc(arena, len + 1);
	size_t nr = 0;

	for (size_t i = 0; i < len; i++) {
		int byte = (unsigned char)text[i];

		if (byte == '%')
			byte = decode_byte(text, len, &i);
		else if (byte == '+' && plus)
			byte = ' ';
		if (byte < 0)
			return NULL;
		out[nr++] = (char)byte;
	}
	out[nr] = '\0';
	return utf8_is_text(out, nr) ? out : NULL;
}

struct url_form url_form(struct arena *arena, const char *text, size_t len)
{
	return (struct url_form){
		.arena = arena,
		.at = text,
		.end = text + len,
	};
}

bool url_form_next(struct url_form *form, const char **name, const char **value)
{
	const char *piece, *end, *equals;

	while (form->at < form->end && *form->at == '&')
		form->at++;
	if (form->at >= form->end || form->is_bad)
		return false;
	piece = form->at;
	end = memchr(piece, '&', (size_t)(form->end - piece));
	if (!end)
		end = form->end;
	equals = memchr(piece, '=', (size_t)(end - piece));
	if (!equals)
		equals = end;
	form->at = end;
	*name = url_decode(form->arena, piece, (size_t)(equals - piece), true);
	if (equals < end)
		equals++;
	*value = url_decode(form->arena, equals, (size_t)(end - equals), true);
	form->is_bad = !*name || !*value;
	return !form->is_bad;
}

static bool is_host_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_' ||
	       (c & 0x80);
}

/* What follows "//": host[:port], then a path, query, fragment or nothing. */
static bool is_authority(const char *at, const char *end)
{
	const char *host = at;

	while (at < end && is_host_char(*at))
		at++;
	if (at == host)
		return false;
	if (at < end && *at == ':')
		for (at++; at < end && *at >= '0' && *at <= '9';)
			at++;
	return at == end || *at == '/' || *at == '?' || *at == '#';
}

bool url_is_web(const char *text, size_t len)
{
	size_t skip;

	if (len > 7 && !strncasecmp(text, "http://", 7))
		skip = 7;
	else if (len > 8 && !strncasecmp(text, "https://", 8))
		skip = 8;
	else
		return false;
	for (size_t i = skip; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c <= ' ' || c == 0x7f || strchr("\"<>\\", c))
			return false;
	}
	return is_authority(text + skip, text + len);
}
