/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "video_token.h"

#include <string.h>

#include "db.h"
#include "hash.h"
#include "hex.h"
#include "random.h"

#define SECRET_BYTES 32

static const char *hash_of(struct task *task, const char *text)
{
	uint8_t digest[SHA256_BYTES];

	hash_sha256(digest, text, strlen(text));
	return db_bytes(task, digest, sizeof(digest));
}

const char *video_token_new(struct task *task, const char *id)
{
	uint8_t secret[SECRET_BYTES];
	char *text = arena_alloc(task->arena, 2 * SECRET_BYTES + 1);

	random_bytes(secret, sizeof(secret));
	hex_encode(text, secret, sizeof(secret));
	db(task, "api/video-token", id, hash_of(task, text), text, NULL);
	return text;
}

const char *video_token_hash(struct task *task, const char *token)
{
	uint8_t secret[SECRET_BYTES];

	if (!token || !hex_decode(secret, sizeof(secret), token))
		return NULL;
	return hash_of(task, token);
}
