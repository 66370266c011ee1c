/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Bytes as base64 with padding (RFC 4648, 4) and back. */
#ifndef CARDUME_BASE64_H
#define CARDUME_BASE64_H

#include <stddef.h>
#include <stdint.h>

#include "arena.h"

char *base64_encode(struct arena *arena, const void *bytes, size_t len);

/* NULL when the text is not exactly that: other characters, white space,
 * missing padding, bits behind the last byte. The bytes are in the arena. */
uint8_t *base64_decode(struct arena *arena, const char *text, size_t len,
		       size_t *nr_bytes);

#endif
