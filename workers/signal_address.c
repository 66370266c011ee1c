/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "signal_address.h"

#include <arpa/inet.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "bug.h"

#define IPV6_BYTES 8
/* Longer than any bucket takes to fill. */
#define REMEMBERED_MS 60000

bool bucket_take(struct bucket *bucket, const struct bucket_size *size, int nr,
		 int64_t now)
{
	int64_t used = bucket->used - (now - bucket->at) * size->rate;

	bucket->used = used > 0 ? used : 0;
	bucket->at = now;
	if (bucket->used + (int64_t)nr * 1000 > (int64_t)size->burst * 1000)
		return false;
	bucket->used += (int64_t)nr * 1000;
	return true;
}

static int by_key(const void *left, const void *right)
{
	const struct address *a = left;
	const struct address *b = right;

	return memcmp(a->key, b->key, sizeof(a->key));
}

void address_table_init(struct address_table *table)
{
	*table = (struct address_table){ 0 };
	LIST_INIT(&table->all);
}

static void forget(struct address_table *table, struct address *address)
{
	tdelete(address, &table->tree, by_key);
	LIST_REMOVE(address, of_table);
	table->nr--;
	free(address);
}

void address_table_free(struct address_table *table)
{
	while (!LIST_EMPTY(&table->all))
		forget(table, LIST_FIRST(&table->all));
}

/* IPv4 as IPv6 maps it (RFC 4291, 2.5.5.2), so that no two kinds are one. */
static void make_key(uint8_t key[16], const char *text)
{
	uint8_t bytes[16];

	memset(key, 0, 16);
	if (inet_pton(AF_INET, text, bytes) == 1) {
		key[10] = key[11] = 0xff;
		memcpy(key + 12, bytes, 4);
	} else if (inet_pton(AF_INET6, text, bytes) == 1) {
		memcpy(key, bytes, IPV6_BYTES);
	}
}

struct address *address_find(struct address_table *table, const char *text)
{
	struct address key;
	struct address *address;
	struct address *const *node;

	make_key(key.key, text);
	node = tfind(&key, &table->tree, by_key);
	if (node)
		return *node;
	address = calloc(1, sizeof(*address));
	if (!address)
		BUG("no memory for an address");
	memcpy(address->key, key.key, sizeof(key.key));
	if (!tsearch(address, &table->tree, by_key))
		BUG("no memory for an address");
	LIST_INSERT_HEAD(&table->all, address, of_table);
	table->nr++;
	return address;
}

void address_sweep(struct address_table *table, int64_t now)
{
	struct address *address = LIST_FIRST(&table->all);

	while (address) {
		struct address *next = LIST_NEXT(address, of_table);

		if (!address->nr_sockets && address->blocked_until <= now &&
		    address->messages.at + REMEMBERED_MS <= now &&
		    address->refused.at + REMEMBERED_MS <= now)
			forget(table, address);
		address = next;
	}
}
