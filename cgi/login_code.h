/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef CARDUME_LOGIN_CODE_H
#define CARDUME_LOGIN_CODE_H

#include "request.h"

/* Where to go after signing in: a path of ours, in characters a header may
 * hold. */
const char *login_next(struct request *request);

/* The password was right: asks for the one-time code. */
void login_ask_code(struct request *request, int64_t user,
		    const char *password_hash);

#endif
