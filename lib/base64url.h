/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Bytes as base64url without padding (RFC 4648, 5). */
#ifndef CARDUME_BASE64URL_H
#define CARDUME_BASE64URL_H

#include <stddef.h>

/* `out` has room for (len + 2) / 3 * 4 + 1 characters. */
void base64url(char *out, const void *bytes, size_t len);

#endif
