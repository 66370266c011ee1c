/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Character references of HTML (WHATWG HTML 13.5) in foreign text: numbers,
 * and the names that people use (Latin-1's, punctuation, those that hide a
 * link's scheme).
 */
#ifndef CARDUME_ENTITY_H
#define CARDUME_ENTITY_H

#include <stddef.h>

/* What is longer is no reference. */
#define ENTITY_MAX 32
/* Bytes of UTF-8 that one stands for, at most. */
#define ENTITY_BYTES 4

/*
 * The reference that begins `text` with its '&': its length, and in `out` the
 * `out_len` bytes of UTF-8 it stands for. 0 when none we know begins there. A
 * name ends with ';', a number may do without. U+0000, surrogates and what is
 * past U+10FFFF become U+FFFD.
 */
size_t entity_read(const char *text, size_t len, char out[ENTITY_BYTES],
		   size_t *out_len);

#endif
