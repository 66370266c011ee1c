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
 * wait for the disk: what a crash loses it loses with the removal. Those that
 * are many and change little are applied together, as savepoints of one
 * transaction (69-inbox-batch.sql), without leaving their order.
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
	const char *signer_url; /* whose key the intake knew, or NULL */
	const char *request; /* JSON: method, target, headers */
	const char *body; /* as it came */
	size_t len;
	int64_t came; /* seconds of the epoch */
	int64_t tries; /* this one too */
	int row; /* of the rows that were claimed */
	struct resolve_budget budget;
	json_object *end; /* of a try together with others */
	char error[512]; /* of ours, where there was one */
};

/*
 * Proves the HTTP signature and sets `signer` (inbox_signer.c). RESOLVE_LOST:
 * it has been taken before, there is nothing more to do. `fresh` keys are asked
 * for at most once in five minutes (69-inbox.sql).
 */
struct resolved letter_verify(struct letter *letter);

/* actor.id of who has proved the body: the signer, the LD signature's; 0:
 * nobody has. `document` is the body as it came. */
int64_t letter_prover(struct letter *letter, json_object *document);

/* The body as JSON, of the letter's task. */
json_object *letter_document(struct letter *letter);
/* `actor` of a body: a text, or an object with its id; NULL: it has none. */
const char *letter_actor(json_object *document);

/* So many are claimed, and applied together at most. */
#define LETTERS 50

/* Letters to be applied together (inbox_batch.c). */
struct letter_batch {
	struct task task;
	int nr;
	int rows[LETTERS];
	const char *texts[LETTERS]; /* of the task */
	size_t len; /* of all texts */
	/* What came of one (resolve_answer()); NULL: it is to be applied alone,
	 * since it needs a document, or all failed for a reason of ours. */
	void (*ended)(int row, json_object *end);
};

/* False: it does not belong to these. A full one is applied at once. */
bool letter_batch_add(struct letter_batch *batch, struct letter *letter);
/* Calls ended() for each, in their order, and leaves the batch empty. */
void letter_batch_apply(struct letter_batch *batch);

#endif
