/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Proof that a form came from a page of ours: a hidden input `csrf`, a code of
 * the instance's secret over the session's secret and the hour, good for 24
 * hours. Before sign-in a cookie of random bits stands for the session, so
 * that nobody can sign a stranger in to an account of theirs.
 * (OWASP: HMAC-based token pattern, signed double submit.)
 */
#ifndef CARDUME_CSRF_H
#define CARDUME_CSRF_H

#include "request.h"

/* For struct program's csrf_token. Without a viewer it may set a cookie. */
const char *csrf_token(struct request *request);

/* For struct program's check_csrf: fails with 403 unless the parameter `csrf`
 * is good, and when the browser itself says that the form is a foreign one
 * (Origin, Sec-Fetch-Site). */
void csrf_check(struct request *request);

#endif
