/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Applying what other servers say, where that needs documents of theirs: a
 * query tries and says which one it lacks (sql/rebuild/69-ap-attempt.sql), the
 * document is fetched and kept in the table `fetched`, the query tries again.
 *
 * Nothing that a stranger sent can make us ask for more than its budget, nor
 * for one address twice.
 */
#ifndef CARDUME_RESOLVE_H
#define CARDUME_RESOLVE_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "task.h"

/* What is left to be spent. */
struct resolve_budget {
	int requests;
	size_t bytes;
	int64_t until; /* monotonic milliseconds */
	/* A person gave the address: where it is a page, the document that it
	 * names is taken. */
	bool takes_pages;
	json_object *visited; /* addresses, as keys; of the task */
	/* Called before each request; false ends it as "later". NULL: none. */
	bool (*go_on)(void *arg);
	void *arg;
};

/* For one activity: 20 requests, 2 MB, a minute. */
struct resolve_budget resolve_budget(struct task *task);

enum resolve_end {
	RESOLVE_DONE,
	RESOLVE_REFUSED, /* never */
	RESOLVE_LATER, /* another server has a trouble that may pass */
	RESOLVE_LOST, /* what was to be done is another worker's now */
};

struct resolved {
	enum resolve_end end;
	const char *text; /* what happened, or why not */
};

/* `query` takes two values and gives one JSON object: {"need": url}, {"done":
 * text}, {"refused": why}, {"later": why} or {"lost": why}. It runs in a
 * transaction of its own. */
struct resolved resolve(struct task *task, const char *query,
			const char *const values[2],
			struct resolve_budget *budget);

/* An answer of such a query that needs nothing. */
struct resolved resolve_answer(struct task *task, json_object *answer);

/* Gets one address (also `acct:name@host`) and keeps what came of it. */
void resolve_fetch(struct task *task, const char *url,
		   struct resolve_budget *budget);

#endif
