/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "video_token.h"

#include "db.h"
#include "hex.h"
#include "token.h"

const char *video_token_new(struct task *task, const char *id)
{
	const char *token = token_new(task);

	db(task, "user/video-token", id, token_hash(task, token));
	return token;
}

const char *video_token_hash(struct task *task, const char *token)
{
	uint8_t secret[TOKEN_BYTES];

	if (!token || !hex_decode(secret, sizeof(secret), token))
		return NULL;
	return token_hash(task, token);
}
