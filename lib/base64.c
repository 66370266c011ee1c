/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "base64.h"

#include <limits.h>
#include <openssl/evp.h>

#include "bug.h"

char *base64_encode(struct arena *arena, const void *bytes, size_t len)
{
	unsigned char *text = arena_alloc(arena, len / 3 * 4 + 5);

	if (len > INT_MAX / 2)
		BUG("base64 of %zu bytes", len);
	EVP_EncodeBlock(text, bytes, (int)len);
	return (char *)text;
}

static int value_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* How many '=' end a text that is otherwise digits; -1 where it is not. */
static int padding_of(const char *text, size_t len)
{
	int padding = 0;

	if (len % 4)
		return -1;
	while (padding < 2 && len && text[len - 1] == '=') {
		padding++;
		len--;
	}
	for (size_t i = 0; i < len; i++)
		if (value_of(text[i]) < 0)
			return -1;
	return padding;
}

uint8_t *base64_decode(struct arena *arena, const char *text, size_t len,
		       size_t *nr_bytes)
{
	int padding = padding_of(text, len);
	uint8_t *bytes;
	uint32_t bits = 0;

	if (padding < 0)
		return NULL;
	bytes = arena_alloc(arena, len / 4 * 3 + 1);
	*nr_bytes = 0;
	for (size_t i = 0; i < len; i++) {
		int value = text[i] == '=' ? 0 : value_of(text[i]);

		bits = bits << 6 | (uint32_t)value;
		if (i % 4 != 3)
			continue;
		bytes[(*nr_bytes)++] = (uint8_t)(bits >> 16);
		bytes[(*nr_bytes)++] = (uint8_t)(bits >> 8);
		bytes[(*nr_bytes)++] = (uint8_t)bits;
	}
	*nr_bytes -= (size_t)padding;
	return bytes[*nr_bytes] && padding ? NULL : bytes;
}
