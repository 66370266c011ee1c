/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "utf8.h"

#include <string.h>

/* Bytes of the well-formed character at `at`, 0 when there is none (table 3-7
 * of the Unicode standard). */
static size_t character(const uint8_t *at, size_t left)
{
	uint8_t low = 0x80, high = 0xbf;
	size_t len;

	if (at[0] < 0x80)
		return 1;
	if (at[0] < 0xc2 || at[0] > 0xf4)
		return 0;
	len = at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;
	if (left < len)
		return 0;
	if (at[0] == 0xe0)
		low = 0xa0;
	if (at[0] == 0xed)
		high = 0x9f;
	if (at[0] == 0xf0)
		low = 0x90;
	if (at[0] == 0xf4)
		high = 0x8f;
	if (at[1] < low || at[1] > high)
		return 0;
	for (size_t i = 2; i < len; i++)
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	return len;
}

/* Most text is ASCII: eight bytes at a time as long as it is. */
static size_t ascii(const uint8_t *at, size_t left)
{
	size_t len = 0;
	uint64_t word;

	for (; left - len >= sizeof(word); len += sizeof(word)) {
		memcpy(&word, at + len, sizeof(word));
		if (word & 0x8080808080808080)
			break;
	}
	return len;
}

bool utf8_valid(const char *text, size_t len)
{
	const uint8_t *at = (const uint8_t *)text;
	size_t i = 0;

	while (i < len) {
		size_t step = ascii(at + i, len - i);

		if (!step)
			step = character(at + i, len - i);
		if (!step)
			return false;
		i += step;
	}
	return true;
}

bool utf8_is_text(const char *text, size_t len)
{
	return utf8_valid(text, len) && !memchr(text, '\0', len);
}

size_t utf8_count(const char *text, size_t len)
{
	size_t nr = 0;

	for (size_t i = 0; i < len; i++)
		nr += (text[i] & 0xc0) != 0x80;
	return nr;
}

size_t utf8_prefix(const char *text, size_t len, size_t max)
{
	size_t nr = 0;

	for (size_t i = 0; i < len; i++)
		if ((text[i] & 0xc0) != 0x80 && nr++ == max)
			return i;
	return len;
}

char *utf8_lower(struct arena *arena, const char *text)
{
	char *copy = arena_strdup(arena, text);

	for (char *c = copy; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	return copy;
}

size_t utf8_encode(char out[4], uint32_t code)
{
	static const uint8_t first[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	size_t len = code < 0x80    ? 1 :
		     code < 0x800   ? 2 :
		     code < 0x10000 ? 3 :
				      4;

	for (size_t i = len - 1; i > 0; i--) {
		out[i] = (char)(0x80 | (code & 0x3f));
		code >>= 6;
	}
	out[0] = (char)(first[len] | code);
	return len;
}
