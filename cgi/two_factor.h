/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The second factor at sign-in: codes of an application on one's phone. */
#ifndef CARDUME_TWO_FACTOR_H
#define CARDUME_TWO_FACTOR_H

#include "request.h"
#include "totp.h"

/* Does this user sign in with a code too? */
bool two_factor_is_on(struct request *request, int64_t user);

/* Takes a code: true once for each. A try is counted: past 10 in a quarter of
 * an hour it fails with 429. */
bool two_factor_take(struct request *request, int64_t user, const char *code);

/* A secret that is offered to a user: nothing is stored before it is confirmed,
 * all is in the token, which only this instance reads, for ten minutes. */
struct two_factor_offer {
	const char *token;
	const char *secret; /* as one types it */
	const char *uri; /* otpauth://, as applications read it */
};
struct two_factor_offer two_factor_offer(struct request *request, int64_t user,
					 const char *username);
/* The secret of an offer's token; false: too old, or none of ours. */
bool two_factor_offered(struct request *request, int64_t user,
			const char *token, uint8_t secret[TOTP_SECRET]);
/* The offer again, for a page that is shown again. */
struct two_factor_offer two_factor_same_offer(struct request *request,
					      const char *token,
					      const uint8_t secret[TOTP_SECRET],
					      const char *username);

/* Switches it on. False: the code is not that of the secret. */
bool two_factor_switch_on(struct request *request, int64_t user,
			  const uint8_t secret[TOTP_SECRET], const char *code);

#endif
