/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Worker `inbox`: applies what other servers posted (table `inbox`, taken in by
 * cgi/inbox.c), in the order in which it came. Who said it is proved first:
 *
 * 1. the HTTP signature, where the intake could not look at it: the key is
 *    fetched, and fetched again where a kept one does not fit any more;
 * 2. where the body's actor is another than who signed the request, the LD
 *    signature in the body, made by that actor;
 * 3. where there is none that can be verified, nothing of the body is believed
 *    but its ids: what the origin says is applied (88-activity.sql).
 *
 * Each is applied, counted and removed in one transaction. Its commit does not
 * wait for the disk: what a crash loses it loses with the removal.
 */
#ifndef CARDUME_INBOX_H
#define CARDUME_INBOX_H

#include <stdint.h>

#include "resolve.h"
#include "work.h"

/* The service (workers/worker.c). */
int inbox(const struct work_options *options);

/* One activity at hand. */
struct letter {
	struct task *task;
	int64_t id;
	int64_t lease;
	int64_t signer; /* actor.id; 0: not known yet */
	const char *request; /* JSON: method, target, headers */
	const char *body; /* as it came */
	size_t len;
	int64_t came; /* seconds of the epoch */
	struct resolve_budget budget;
	char error[512]; /* of ours, where there was one */
};

/*
 * Proves the HTTP signature and sets `signer` (inbox_signer.c). RESOLVE_LOST:
 * it has been taken before, there is nothing more to do. `fresh` keys are asked
 * for at most once in five minutes (69-inbox.sql).
 */
struct resolved letter_verify(struct letter *letter);

/* actor.id of who has proved the body: the signer, the LD signature's; 0: nobody
 * has. `document` is the body as it came. */
int64_t letter_prover(struct letter *letter, json_object *document);

#endif
