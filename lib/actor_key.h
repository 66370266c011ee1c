/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The key an actor signs with: RSA of 2048 bits, the one kind every instance
 * of the fediverse verifies. PEM texts: SubjectPublicKeyInfo and PKCS #8.
 */
#ifndef CARDUME_ACTOR_KEY_H
#define CARDUME_ACTOR_KEY_H

#include "task.h"

struct actor_key {
	const char *public_key;
	const char *private_key;
};

/* A new key (takes about 0.1 s), in the task's arena. */
struct actor_key actor_key_new(struct task *task);

/* New keys of a new user's account and channel, as a text[] literal: public
 * and private of the first, then of the second. */
const char *actor_keys_of_user(struct task *task);

#endif
