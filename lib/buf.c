/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "buf.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "bug.h"

struct buf buf_make(struct arena *arena, size_t max)
{
	struct buf buf = { .arena = arena, .max = max };

	buf.capacity = 256;
	buf.data = arena_alloc(arena, buf.capacity);
	return buf;
}

static void grow(struct buf *buf, size_t need)
{
	size_t capacity = buf->capacity;
	char *data;

	/* SIZE_MAX never fits: the arena's handler takes it from there. */
	if (need > buf->max)
		arena_alloc(buf->arena, SIZE_MAX / 2);
	while (capacity <= need)
		capacity *= 2;
	data = arena_alloc(buf->arena, capacity);
	memcpy(data, buf->data, buf->len);
	buf->data = data;
	buf->capacity = capacity;
}

void buf_add(struct buf *buf, const void *data, size_t len)
{
	if (len >= buf->capacity - buf->len || buf->len + len > buf->max)
		grow(buf, buf->len + len);
	memcpy(buf->data + buf->len, data, len);
	buf->len += len;
	buf->data[buf->len] = '\0';
}

void buf_char(struct buf *buf, char c)
{
	buf_add(buf, &c, 1);
}

void buf_str(struct buf *buf, const char *text)
{
	buf_add(buf, text, strlen(text));
}

void buf_printf(struct buf *buf, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	buf_str(buf, arena_vprintf(buf->arena, fmt, args));
	va_end(args);
}

static const char *html_entity(char c)
{
	switch (c) {
	case '&': return "&amp;";
	case '<': return "&lt;";
	case '>': return "&gt;";
	case '"': return "&quot;";
	case '\'': return "&#39;";
	default: return NULL;
	}
}

void buf_html(struct buf *buf, const char *text, size_t len)
{
	size_t start = 0;

	for (size_t i = 0; i < len; i++) {
		const char *entity = html_entity(text[i]);

		if (!entity)
			continue;
		buf_add(buf, text + start, i - start);
		buf_str(buf, entity);
		start = i + 1;
	}
	buf_add(buf, text + start, len - start);
}

static bool is_unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || (c && strchr("-._~", c));
}

void buf_url(struct buf *buf, const char *text, size_t len)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];
		char escaped[3] = { '%', hex[c >> 4], hex[c & 15] };

		if (is_unreserved(text[i]))
			buf_char(buf, text[i]);
		else
			buf_add(buf, escaped, sizeof(escaped));
	}
}

void buf_json(struct buf *buf, const char *text, size_t len)
{
	size_t start = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		buf_add(buf, text + start, i - start);
		if (c < 0x20)
			buf_printf(buf, "\\u%04x", c);
		else
			buf_printf(buf, "\\%c", c);
		start = i + 1;
	}
	buf_add(buf, text + start, len - start);
}

void buf_script_json(struct buf *buf, const char *json, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (strchr("<>&", json[i]) && json[i]) {
			buf_printf(buf, "\\u%04x", (unsigned)json[i]);
		} else if (len - i >= 3 &&
			   (!memcmp(json + i, "\xe2\x80\xa8", 3) ||
			    !memcmp(json + i, "\xe2\x80\xa9", 3))) {
			buf_str(buf, (unsigned char)json[i + 2] == 0xa8 ?
					     "\\u2028" :
					     "\\u2029");
			i += 2;
		} else {
			buf_char(buf, json[i]);
		}
	}
}
