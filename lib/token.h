/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Secrets that are handed out once and stored only as the SHA-256 of their
 * text: OAuth tokens, video tokens.
 */
#ifndef CARDUME_TOKEN_H
#define CARDUME_TOKEN_H

#include "task.h"

#define TOKEN_BYTES 32

/* A new one: 256 random bits as 64 hex digits, in the task's arena. */
const char *token_new(struct task *task);
/* What is stored of it, as bytea text. Any text has one. */
const char *token_hash(struct task *task, const char *token);

#endif
