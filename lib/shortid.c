/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "shortid.h"

#include <string.h>

#include "hex.h"
#include "random.h"

#define SHORT_LEN (SHORTID_SIZE - 1)

static const char alphabet[] =
	"123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ";

/* Bytes in each group of the text form. */
static const uint8_t groups[] = { 4, 2, 2, 2, 6 };

bool uuid_parse(uint8_t uuid[UUID_BYTES], const char *text)
{
	char digits[2 * UUID_BYTES + 1];
	size_t nr = 0;

	if (strnlen(text, UUID_SIZE) != UUID_SIZE - 1)
		return false;
	for (size_t i = 0; i < UUID_SIZE - 1; i++) {
		bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (is_dash != (text[i] == '-'))
			return false;
		if (!is_dash)
			digits[nr++] = text[i];
	}
	digits[nr] = '\0';
	return hex_decode(uuid, UUID_BYTES, digits);
}

void uuid_format(char out[UUID_SIZE], const uint8_t uuid[UUID_BYTES])
{
	for (size_t i = 0; i < sizeof(groups); i++) {
		hex_encode(out, uuid, groups[i]);
		uuid += groups[i];
		out += 2 * groups[i];
		if (i + 1 < sizeof(groups))
			*out++ = '-';
	}
}

void uuid_random(uint8_t uuid[UUID_BYTES])
{
	random_bytes(uuid, UUID_BYTES);
	uuid[6] = (uint8_t)((uuid[6] & 0x0f) | 0x40);
	uuid[8] = (uint8_t)((uuid[8] & 0x3f) | 0x80);
}

void shortid_encode(char out[SHORTID_SIZE], const uint8_t uuid[UUID_BYTES])
{
	unsigned __int128 number = 0;

	for (int i = 0; i < UUID_BYTES; i++)
		number = number << 8 | uuid[i];
	out[SHORT_LEN] = '\0';
	for (int i = SHORT_LEN - 1; i >= 0; i--) {
		out[i] = alphabet[number % 58];
		number /= 58;
	}
}

bool shortid_decode(uint8_t uuid[UUID_BYTES], const char *text)
{
	const unsigned __int128 largest = ~(unsigned __int128)0;
	unsigned __int128 number = 0;

	if (strnlen(text, SHORTID_SIZE) != SHORT_LEN)
		return false;
	for (int i = 0; i < SHORT_LEN; i++) {
		const char *at = strchr(alphabet, text[i]);
		unsigned digit;

		if (!at)
			return false;
		digit = (unsigned)(at - alphabet);
		if (number > (largest - digit) / 58)
			return false;
		number = number * 58 + digit;
	}
	for (int i = UUID_BYTES - 1; i >= 0; i--) {
		uuid[i] = (uint8_t)number;
		number >>= 8;
	}
	return true;
}
