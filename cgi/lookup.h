/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Things named by an address: `@name@host`, or the URL of a video, a channel,
 * an account, a playlist or a comment of any server. What is not known here is
 * fetched by job `fetch`, which the caller waits for a while.
 * (sql/rebuild/89-lookup.sql)
 */
#ifndef CARDUME_LOOKUP_H
#define CARDUME_LOOKUP_H

#include <stdbool.h>

#include "request.h"

enum lookup_state {
	LOOKUP_NONE, /* no address */
	LOOKUP_FOUND, /* `path` is our page of it */
	LOOKUP_REFUSED, /* the viewer may not have it fetched */
	LOOKUP_WAITING, /* it is being fetched still: ask again */
	LOOKUP_FAILED, /* it cannot be had; `why`, in English, or NULL */
};

struct lookup {
	enum lookup_state state;
	const char *path; /* a path of ours, to redirect to */
	const char *why;
};

/* Waits `seconds` at most, outside of a transaction. Fails with 429 past 20
 * fetches in five minutes for an address or a user. */
struct lookup lookup(struct request *request, const char *written, int seconds);

/* Until job `id` has ended, `seconds` at most; false: it has not. */
bool lookup_wait(struct task *task, int64_t id, int seconds);

/* Before the operations search/...: fetches what their parameter `search`
 * names by its address, so that their queries find it. */
void lookup_searched(struct request *request);

#endif
