/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * A growing byte buffer in an arena, with a maximum that is named where it is
 * made. Passing the maximum calls the arena's overflow handler (does not
 * return). `data` is always NUL-terminated behind `len`.
 */
#ifndef CARDUME_BUF_H
#define CARDUME_BUF_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"

struct buf {
	struct arena *arena;
	char *data;
	size_t len;
	size_t capacity;
	size_t max;
};

struct buf buf_make(struct arena *arena, size_t max);
void buf_add(struct buf *buf, const void *data, size_t len);
void buf_char(struct buf *buf, char c);
void buf_str(struct buf *buf, const char *text);
void buf_printf(struct buf *buf, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Escaped for the named context: HTML text and quoted attributes; one
 * component of a URL (RFC 3986, unreserved kept); inside a JSON string. */
void buf_html(struct buf *buf, const char *text, size_t len);
void buf_url(struct buf *buf, const char *text, size_t len);
void buf_json(struct buf *buf, const char *text, size_t len);

/* A JSON document made safe inside <script>: < > & U+2028 U+2029 become
 * \u escapes. */
void buf_script_json(struct buf *buf, const char *json, size_t len);

#endif
