/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Who is signed in, by "Authorization: Bearer TOKEN" (RFC 6750). `token` keeps
 * the SHA-256 of the token's text.
 */
#ifndef CARDUME_BEARER_H
#define CARDUME_BEARER_H

#include "request.h"

/* Sets request->viewer; leaves it alone when no token was sent. Fails with
 * 401 `invalid_token` when one was sent and does not live. For struct
 * program's `identify`. */
void bearer_identify(struct request *request);

/* The token that was sent, NULL when there was none. */
const char *bearer_token(struct request *request);

#endif
