/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "url.h"

#include <arpa/inet.h>
#include <stdio.h>
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

#define HOST_MAX 253 /* RFC 1035, 2.3.4, without the last dot */
#define LABEL_MAX 63

/* The host's last label is a number: all of it must be an address then, as
 * resolvers take 127.1 and 0x7f.1 for one (WHATWG URL, "ends in a number"). */
static bool ends_in_number(const char *host)
{
	const char *dot = strrchr(host, '.');
	const char *label = dot ? dot + 1 : host;

	if (!strncmp(label, "0x", 2) &&
	    !label[2 + strspn(label + 2, "0123456789abcdef")])
		return true;
	return !label[strspn(label, "0123456789")];
}

static bool is_name(const char *host)
{
	struct in_addr address;
	size_t label = 0;

	for (const char *at = host; *at; at++) {
		if (*at & 0x80 || !is_host_char(*at))
			return false;
		label = *at == '.' ? 0 : label + 1;
		if (label > LABEL_MAX || (*at == '.' && at[1] == '.'))
			return false;
	}
	if (!*host || *host == '.' || !label)
		return false;
	return !ends_in_number(host) || inet_pton(AF_INET, host, &address) == 1;
}

/* "[...]" in the one spelling inet_ntop() has. */
static bool normalise_ipv6(char *host, size_t len)
{
	struct in6_addr address;

	if (len < 2 || host[len - 1] != ']')
		return false;
	host[len - 1] = '\0';
	if (inet_pton(AF_INET6, host + 1, &address) != 1)
		return false;
	inet_ntop(AF_INET6, &address, host + 1, INET6_ADDRSTRLEN);
	memcpy(host + strlen(host), "]", 2);
	return true;
}

/* 1 to 65535, or -1. */
static int parse_port(const char *text, size_t len)
{
	int port = 0;

	if (!len || len > 5)
		return -1;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		port = 10 * port + (text[i] - '0');
	}
	return port > 0 && port <= 65535 ? port : -1;
}

/* host[:port], `len` bytes. */
static bool parse_host(struct url *url, const char *text, size_t len)
{
	const char *end =
		*text == '[' ? memchr(text, ']', len) : memchr(text, ':', len);
	size_t name_len = end ? (size_t)(end - text) + (*text == '[') : len;
	int standard = url->is_https ? 443 : 80;

	if (name_len > HOST_MAX)
		return false;
	for (size_t i = 0; i < name_len; i++)
		url->host[i] = text[i] >= 'A' && text[i] <= 'Z' ?
				       (char)(text[i] | 0x20) :
				       text[i];
	url->host[name_len] = '\0';
	if (*text == '[' ? !normalise_ipv6(url->host, name_len) :
			   !is_name(url->host))
		return false;
	url->port = standard;
	if (name_len < len && text[name_len] != ':')
		return false;
	if (name_len < len)
		url->port = parse_port(text + name_len + 1, len - name_len - 1);
	url->name_len = strlen(url->host);
	if (url->port != standard)
		snprintf(url->host + url->name_len,
			 sizeof(url->host) - url->name_len, ":%d", url->port);
	return url->port > 0;
}

bool url_parse(struct url *url, const char *text)
{
	size_t len = strnlen(text, URL_LEN_MAX + 1);
	const char *host;
	size_t host_len;

	*url = (struct url){ .is_https = !strncasecmp(text, "https://", 8) };
	if (len > URL_LEN_MAX ||
	    (!url->is_https && strncasecmp(text, "http://", 7)))
		return false;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c <= ' ' || c == 0x7f || strchr("\"<>\\", c))
			return false;
	}
	host = text + (url->is_https ? 8 : 7);
	host_len = strcspn(host, "/?#");
	url->target = host + host_len;
	url->target_len = strcspn(url->target, "#");
	return host_len && parse_host(url, host, host_len);
}

void url_format(char out[static URL_SIZE], const struct url *url)
{
	snprintf(out, URL_SIZE, "http%s://%s%s%.*s", url->is_https ? "s" : "",
		 url->host, url->target_len && *url->target == '/' ? "" : "/",
		 (int)url->target_len, url->target);
}

const char *url_host(struct arena *arena, const char *text)
{
	struct url url;

	return url_parse(&url, text) ? arena_strdup(arena, url.host) : NULL;
}

bool url_same_host(const char *one, const char *other)
{
	struct url a, b;

	return url_parse(&a, one) && url_parse(&b, other) &&
	       !strcmp(a.host, b.host);
}
