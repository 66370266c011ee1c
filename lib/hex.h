/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Bytes as hexadecimal digits and back. */
#ifndef CARDUME_HEX_H
#define CARDUME_HEX_H

#include <stdbool.h>
#include <stddef.h>

/* Lower-case digits and a NUL: `out` has room for 2 * len + 1 characters. */
void hex_encode(char *out, const void *bytes, size_t len);

/* Reads exactly 2 * len digits of either case, and nothing behind them. False
 * when `text` is anything else; `out` is then undefined. */
bool hex_decode(void *out, size_t len, const char *text);

/* The value of one digit, -1 when it is none. */
int hex_digit(char c);

#endif
