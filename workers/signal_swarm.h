/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Swarms and who is in them, in memory alone. A member is a guest (a socket,
 * signal_hub.h) in one swarm, under the peer id it has there: browsers use
 * another one in each. A swarm without members does not exist.
 */
#ifndef CARDUME_SIGNAL_SWARM_H
#define CARDUME_SIGNAL_SWARM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "signal_guest.h"
#include "signal_message.h"

#define SIGNAL_SWARM_PEERS 20000

struct member {
	struct swarm *swarm;
	struct guest *guest;
	LIST_ENTRY(member) of_guest;
	int64_t seen; /* ms */
	uint32_t place; /* in the swarm's members */
	uint8_t peer_id[SWARM_ID_BYTES];
	bool is_complete;
};

struct swarm {
	uint8_t hash[SWARM_ID_BYTES];
	struct member **members;
	uint32_t nr;
	uint32_t capacity;
	uint32_t nr_complete;
	uint32_t nr_downloaded;
	LIST_ENTRY(swarm) of_table;
};

struct swarm_table {
	void *by_hash; /* tsearch(3) */
	void *by_peer;
	LIST_HEAD(swarm_list, swarm) swarms;
	size_t nr_swarms;
	size_t nr_members;
};

void swarm_table_init(struct swarm_table *table);

/* NULL where there is none. */
struct swarm *swarm_find(const struct swarm_table *table,
			 const uint8_t hash[SWARM_ID_BYTES]);
struct member *swarm_peer(const struct swarm_table *table, struct swarm *swarm,
			  const uint8_t peer_id[SWARM_ID_BYTES]);
/* The guest in the swarm with this hash. */
struct member *swarm_of_guest(const struct guest *guest,
			      const uint8_t hash[SWARM_ID_BYTES]);

/* Makes the swarm where it is the first; whoever has this peer id there leaves
 * first: a client that came back before its old socket was found dead. NULL:
 * the swarm is full. */
struct member *swarm_join(struct swarm_table *table,
			  const uint8_t hash[SWARM_ID_BYTES],
			  const uint8_t peer_id[SWARM_ID_BYTES],
			  struct guest *guest);
/* Frees the member, and the swarm with its last one. */
void swarm_leave(struct swarm_table *table, struct member *member);

void swarm_set_complete(struct member *member, bool is_complete);
struct signal_counts swarm_counts(const struct swarm *swarm);

/* Fills `chosen` with at most `most` other members, by chance. */
int swarm_choose(struct member *but, struct member **chosen, int most);

#endif
