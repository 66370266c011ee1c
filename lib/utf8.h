/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* UTF-8 (RFC 3629). */
#ifndef CARDUME_UTF8_H
#define CARDUME_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"

/* Well-formed: no overlong form, no surrogate, nothing over U+10FFFF. NUL is
 * a character like others: see utf8_is_text(). */
bool utf8_valid(const char *text, size_t len);
/* Well-formed and without NUL: what PostgreSQL takes as text. */
bool utf8_is_text(const char *text, size_t len);

/* Characters (code points) in well-formed text. */
size_t utf8_count(const char *text, size_t len);
/* Bytes that the first `max` characters of well-formed text take. */
size_t utf8_prefix(const char *text, size_t len, size_t max);

/* A copy with the ASCII letters in lower case; all else stays. */
char *utf8_lower(struct arena *arena, const char *text);

/* Writes a code point (up to 4 bytes); returns how many. */
size_t utf8_encode(char out[4], uint32_t code);

#endif
