/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Which swarms there may be: hashes, and whose video each is of. Two videos
 * may have the same hash (one film uploaded twice has one torrent). 24 bytes
 * a hash, in a table between a quarter and a half full.
 *
 * Changes are told in groups, between begin and end: either all there is, or
 * first the videos that changed (dropped), then what those have now.
 */
#ifndef CARDUME_SIGNAL_LIST_H
#define CARDUME_SIGNAL_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "swarm_id.h"

#define SIGNAL_LIST_HASHES ((size_t)4 * 1024 * 1024)
#define SIGNAL_LIST_DROPS 256

struct signal_list_table {
	struct signal_list_entry *entries;
	size_t capacity; /* a power of two, or 0 */
	size_t nr;
};

struct signal_list {
	struct signal_list_table table; /* in force */
	struct signal_list_table next; /* of the group that has begun */
	uint32_t dropped[SIGNAL_LIST_DROPS];
	size_t nr_dropped;
	bool is_all;
	uint64_t seed;
};

void signal_list_init(struct signal_list *list);
void signal_list_free(struct signal_list *list);

bool signal_list_has(const struct signal_list *list,
		     const uint8_t hash[SWARM_ID_BYTES]);

/* `is_all`: what is in force is forgotten at the end. */
void signal_list_begin(struct signal_list *list, bool is_all);
/* At most SIGNAL_LIST_DROPS in a group, before any addition. */
void signal_list_drop(struct signal_list *list, int64_t video);
/* False: SIGNAL_LIST_HASHES are there, and this one is not. */
bool signal_list_add(struct signal_list *list, int64_t video,
		     const uint8_t hash[SWARM_ID_BYTES]);
void signal_list_end(struct signal_list *list);

#endif
