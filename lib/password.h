/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Passwords: argon2id (RFC 9106) with 46 MiB, one pass, one lane; about 50 ms.
 * At most four hashes are made at once on one database, so that a flood of
 * sign-ins cannot take the machine's memory: a fifth waits up to two seconds,
 * then fails with 503.
 */
#ifndef CARDUME_PASSWORD_H
#define CARDUME_PASSWORD_H

#include <stdbool.h>

#include "task.h"

#define PASSWORD_MIN 8 /* bytes */
#define PASSWORD_MAX 256

/* What is wrong with a new password for the account `name`: a sentence for
 * its owner, or NULL when it is good. */
const char *password_problem(const char *password, const char *name);

/* The encoded hash ("$argon2id$v=19$..."). */
const char *password_hash(struct task *task, const char *password);

/* Is it the password behind `hash`? A NULL hash (no such user) is false, and
 * costs the same time. */
bool password_verify(struct task *task, const char *hash, const char *password);

#endif
