/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Worker `deliver`: sends activities to the inboxes of other servers
 * (ActivityPub 7.1). The queue is in SQL (sql/rebuild/67-delivery-worker.sql).
 *
 * A server that is due is leased: that is a visit. Its oldest deliveries are
 * sent one after the other, each when the one before was answered; where a
 * server takes much and quickly, in up to four lanes, of which each inbox
 * belongs to one. Up to 500 lanes run at once in one process. What was answered
 * is told to the database for many of them in one transaction, every 20 ms:
 * what was sent and not told by one who died is sent again, with the same ids.
 *
 * What an answer means (reference security.md 3.2): 2xx taken; 400, 401, 403
 * once more with the other kind of signature, then refused for good, as are
 * all other 3xx and 4xx; 410 the inbox is gone; 429 and Retry-After leave the
 * server alone; 408, 425, 5xx and no answer fail the server, but a single
 * delivery that fails where others pass is only put off, and after five times
 * dropped.
 */
#ifndef CARDUME_DELIVER_H
#define CARDUME_DELIVER_H

#include <openssl/types.h>

#include "fetch_hop.h"
#include "work.h"

#define LANES_MAX 500 /* that run at once */
#define VISIT_LANES 4
#define VISIT_DELIVERIES (20 * VISIT_LANES)

/* --- what is sent (deliver_cache.c) --------------------------------------- */

struct activity {
	struct activity *next;
	int64_t id;
	int64_t actor_id; /* who signs */
	int nr_users; /* lanes that send it; it is kept as long */
	bool wants_proof; /* it shall be signed first, by activity_prove() */
	size_t len;
	char *body; /* NULL: there is no such activity any more */
};

/* The activity, or NULL when it must be loaded first. */
struct activity *activity_find(int64_t id);
/* Loads of these as many as there is room for; fails with the database. */
void activity_load(struct task *task, const int64_t ids[], size_t nr);

/* Another body, before anybody uses it. */
void activity_replace(struct activity *activity, const char *body);

struct signer {
	int64_t actor_id;
	char *key_id;
	EVP_PKEY *key;
};

/* What signs for an actor of ours, until the next call. Fails with 404 when it
 * has no key, or with the database. */
const struct signer *signer_find(struct task *task, int64_t actor_id);

void deliver_cache_free(void);

/* Gives it an LD signature (deliver_proof.c). Fails with 500 where its keys are
 * not all known, or with the database. */
void activity_prove(struct task *task, struct activity *activity);

/* --- visits and their lanes (deliver_visit.c) ----------------------------- */

enum verdict {
	UNSENT,
	DONE, /* taken, or refused for good */
	GONE, /* there is no such inbox any more */
	AGAIN, /* the server failed at it */
};

struct delivery {
	int64_t seq;
	int64_t activity_id;
	char *inbox;
	int tries; /* times it failed where others passed */
	int lane;
	enum verdict verdict;
};

enum visit_end { PASSED, FAILED, BUSY, UNTRIED };

struct lane {
	struct visit *visit;
	int number;
	bool is_busy; /* curl has it */
	struct delivery *delivery; /* at hand; NULL: none */
	bool is_second; /* try, with the other kind of signature */
	struct activity *activity;
	struct fetch_request request;
	struct fetch_hop *hop;
	CURL *curl;
	int64_t began; /* ms */
};

struct visit {
	struct visit *next;
	int64_t host_id;
	int64_t lease;
	int64_t began; /* ms */
	bool is_dead; /* deliveries[0].inbox is asked whether it lives */
	bool prefers_rfc9421;
	int fails; /* of the server before this visit */
	bool is_stopped; /* nothing more is sent */
	bool took; /* something was answered sensibly */
	int nr_failing; /* deliveries it failed at, since the last it took */
	enum visit_end end; /* where it is stopped */
	int wait; /* seconds that were asked for */
	char said[200];
	int64_t slowest; /* ms */
	int nr_lanes;
	int nr_active; /* lanes that have not come to their end */
	struct lane lanes[VISIT_LANES];
	int nr;
	struct delivery deliveries[VISIT_DELIVERIES];
};

struct visit *visit_new(int64_t host_id, int64_t lease, int nr_lanes);
void visit_add(struct visit *visit, struct delivery delivery,
	       const char *inbox);
void visit_free(struct visit *visit);

/* The next delivery of this lane, which is then at hand; false: it has none,
 * or may send no more. */
bool lane_next(struct lane *lane);
/* An answer to the delivery at hand. True: it is to be sent once more at once
 * (is_second). */
bool lane_answered(struct lane *lane, const struct fetch_answer *answer);
/* Nothing more of this visit is sent. */
__attribute__((format(printf, 3, 4))) void
visit_stop(struct visit *visit, enum visit_end end, const char *fmt, ...);
/* How it ended, when all lanes are idle. */
enum visit_end visit_result(const struct visit *visit);

/* --- sending (deliver_send.c) --------------------------------------------- */

int64_t deliver_now(void); /* monotonic ms */

/* `wake_fd`: what else to wait for, or -1. */
void sender_open(int wake_fd);
void sender_close(void);
/* Sends what the lane has at hand. False: it cannot be sent, and the lane was
 * told why by lane_answered() or visit_stop(). */
bool sender_start(struct task *task, struct lane *lane);
/* Waits for the network up to `ms`, no longer than until `wake_fd` can be read:
 * then true. Calls `answered` for each lane whose
 * answer has been given to it; `again`: it is to be sent once more. */
bool sender_run(int ms,
		void (*answered)(void *ctx, struct lane *lane, bool again),
		void *ctx);

/* --- the loop (deliver.c) ------------------------------------------------- */

/* Serves as work() does; see work_alone(). */
int deliver(const struct work_options *options);

#endif
