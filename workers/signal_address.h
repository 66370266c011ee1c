/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What each address of the internet has open and has sent of late; an IPv6
 * client is known by its /64. All times are milliseconds of any clock that does
 * not go back.
 */
#ifndef CARDUME_SIGNAL_ADDRESS_H
#define CARDUME_SIGNAL_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

/* Fills by `rate` a second up to `burst`. */
struct bucket_size {
	int rate;
	int burst;
};

struct bucket {
	int64_t used; /* thousandths */
	int64_t at;
};

/* Takes `nr` out; false, and nothing taken, where there is not as much. */
bool bucket_take(struct bucket *bucket, const struct bucket_size *size, int nr,
		 int64_t now);

struct address {
	uint8_t key[16];
	int nr_sockets;
	struct bucket messages;
	struct bucket refused;
	int64_t blocked_until;
	LIST_ENTRY(address) of_table;
};

struct address_table {
	void *tree; /* tsearch(3) */
	LIST_HEAD(address_list, address) all;
	size_t nr;
};

void address_table_init(struct address_table *table);
void address_table_free(struct address_table *table);

/* Makes it where it is new; `text` is an address as nginx writes them, all
 * else is one address together. */
struct address *address_find(struct address_table *table, const char *text);
/* Forgets who has no socket and nothing to be remembered. */
void address_sweep(struct address_table *table, int64_t now);

#endif
