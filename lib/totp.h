/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * One-time codes by the clock (RFC 6238, RFC 4226): SHA-1, six digits, 30
 * seconds, as all authenticator applications know them.
 */
#ifndef CARDUME_TOTP_H
#define CARDUME_TOTP_H

#include <stddef.h>
#include <stdint.h>

#define TOTP_SECRET 20 /* bytes */
#define TOTP_SECONDS 30
#define TOTP_DIGITS 6
#define TOTP_BASE32 (TOTP_SECRET / 5 * 8 + 1)

void totp_code(char out[TOTP_DIGITS + 1], const uint8_t secret[TOTP_SECRET],
	       int64_t step);

/* Which step's code this is: that of `now` in seconds or one beside it, but
 * after `last`; -1: none. Spaces in the code are passed over. */
int64_t totp_find(const uint8_t secret[TOTP_SECRET], const char *code,
		  int64_t now, int64_t last);

/* The secret as one types it (RFC 4648, 6). */
void totp_base32(char out[TOTP_BASE32], const uint8_t secret[TOTP_SECRET]);

#endif
