/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "token.h"

#include <string.h>

#include "db.h"
#include "hash.h"
#include "hex.h"
#include "random.h"

const char *token_new(struct task *task)
{
	uint8_t secret[TOKEN_BYTES];
	char *text = arena_alloc(task->arena, 2 * TOKEN_BYTES + 1);

	random_bytes(secret, sizeof(secret));
	hex_encode(text, secret, sizeof(secret));
	return text;
}

const char *token_hash(struct task *task, const char *token)
{
	uint8_t digest[SHA256_BYTES];

	hash_sha256(digest, token, strlen(token));
	return db_bytes(task, digest, sizeof(digest));
}
