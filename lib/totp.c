/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "totp.h"

#include <stdio.h>

#include "hash.h"

void totp_code(char out[TOTP_DIGITS + 1], const uint8_t secret[TOTP_SECRET],
	       int64_t step)
{
	uint8_t counter[8];
	uint8_t mac[SHA1_BYTES];
	const uint8_t *at;
	uint32_t number;

	for (int i = 0; i < 8; i++)
		counter[i] = (uint8_t)((uint64_t)step >> (56 - 8 * i));
	hash_hmac_sha1(mac, secret, TOTP_SECRET, counter, sizeof(counter));
	at = mac + (mac[SHA1_BYTES - 1] & 15);
	number = (uint32_t)(at[0] & 0x7f) << 24 | (uint32_t)at[1] << 16 |
		 (uint32_t)at[2] << 8 | at[3];
	snprintf(out, TOTP_DIGITS + 1, "%06u", number % 1000000);
}

int64_t totp_find(const uint8_t secret[TOTP_SECRET], const char *code,
		  int64_t now, int64_t last)
{
	char given[TOTP_DIGITS + 1] = "";
	char right[TOTP_DIGITS + 1];
	size_t len = 0;

	for (; *code; code++) {
		if (*code == ' ')
			continue;
		if (len == TOTP_DIGITS)
			return -1;
		given[len++] = *code;
	}
	for (int64_t step = now / TOTP_SECONDS - 1;
	     step <= now / TOTP_SECONDS + 1; step++) {
		totp_code(right, secret, step);
		if (step > last && hash_equal(given, right, TOTP_DIGITS))
			return step;
	}
	return -1;
}

void totp_base32(char out[TOTP_BASE32], const uint8_t secret[TOTP_SECRET])
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

	for (size_t i = 0; i < TOTP_SECRET; i += 5) {
		uint64_t bits = 0;

		for (size_t j = 0; j < 5; j++)
			bits = bits << 8 | secret[i + j];
		for (int shift = 35; shift >= 0; shift -= 5)
			*out++ = digits[bits >> shift & 31];
	}
	*out = '\0';
}
