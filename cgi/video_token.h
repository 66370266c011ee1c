/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What opens the files of one video that is not public, for 8 hours, where no
 * header and no session can say who asks: PeerTube's `videoFileToken`, a
 * parameter of the files' URLs. 256 random bits in hex; stored as the SHA-256
 * of that text (table video_token).
 */
#ifndef CARDUME_VIDEO_TOKEN_H
#define CARDUME_VIDEO_TOKEN_H

#include "task.h"

#define VIDEO_TOKEN_SECONDS (8L * 3600)

/* A new token of the video `id` (video.id as text). */
const char *video_token_new(struct task *task, const char *id);

/* What the table has of it, as the text form of bytea; NULL when `token` is
 * NULL or no token at all. */
const char *video_token_hash(struct task *task, const char *token);

#endif
