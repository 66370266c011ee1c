/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base64url.h"

#include <stdint.h>

void base64url(char *out, const void *bytes, size_t len)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz"
				     "0123456789-_";
	const uint8_t *in = bytes;

	for (size_t i = 0; i < len; i += 3) {
		uint32_t bits = (uint32_t)in[i] << 16;

		if (i + 1 < len)
			bits |= (uint32_t)in[i + 1] << 8;
		if (i + 2 < len)
			bits |= in[i + 2];
		*out++ = digits[bits >> 18];
		*out++ = digits[bits >> 12 & 63];
		if (i + 1 < len)
			*out++ = digits[bits >> 6 & 63];
		if (i + 2 < len)
			*out++ = digits[bits & 63];
	}
	*out = '\0';
}
