/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "signal_swarm.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "bug.h"

#define FIRST_CAPACITY 4

static int by_hash(const void *left, const void *right)
{
	const struct swarm *a = left;
	const struct swarm *b = right;

	return memcmp(a->hash, b->hash, SWARM_ID_BYTES);
}

static int by_peer(const void *left, const void *right)
{
	const struct member *a = left;
	const struct member *b = right;

	if (a->swarm != b->swarm)
		return (uintptr_t)a->swarm < (uintptr_t)b->swarm ? -1 : 1;
	return memcmp(a->peer_id, b->peer_id, SWARM_ID_BYTES);
}

void swarm_table_init(struct swarm_table *table)
{
	*table = (struct swarm_table){ 0 };
	LIST_INIT(&table->swarms);
}

/* A tree's node begins with the pointer to what is in it. */
static void *found(void *const *node)
{
	return node ? *node : NULL;
}

struct swarm *swarm_find(const struct swarm_table *table,
			 const uint8_t hash[SWARM_ID_BYTES])
{
	struct swarm key;

	memcpy(key.hash, hash, SWARM_ID_BYTES);
	return found(tfind(&key, &table->by_hash, by_hash));
}

struct member *swarm_peer(const struct swarm_table *table, struct swarm *swarm,
			  const uint8_t peer_id[SWARM_ID_BYTES])
{
	struct member key = { .swarm = swarm };

	memcpy(key.peer_id, peer_id, SWARM_ID_BYTES);
	return found(tfind(&key, &table->by_peer, by_peer));
}

struct member *swarm_of_guest(const struct guest *guest,
			      const uint8_t hash[SWARM_ID_BYTES])
{
	struct member *member;

	LIST_FOREACH(member, &guest->members, of_guest)
	{
		if (!memcmp(member->swarm->hash, hash, SWARM_ID_BYTES))
			return member;
	}
	return NULL;
}

static struct swarm *swarm_new(struct swarm_table *table,
			       const uint8_t hash[SWARM_ID_BYTES])
{
	struct swarm *swarm = calloc(1, sizeof(*swarm));

	if (!swarm)
		BUG("no memory for a swarm");
	memcpy(swarm->hash, hash, SWARM_ID_BYTES);
	if (!tsearch(swarm, &table->by_hash, by_hash))
		BUG("no memory for a swarm");
	LIST_INSERT_HEAD(&table->swarms, swarm, of_table);
	table->nr_swarms++;
	return swarm;
}

static void swarm_free(struct swarm_table *table, struct swarm *swarm)
{
	tdelete(swarm, &table->by_hash, by_hash);
	LIST_REMOVE(swarm, of_table);
	table->nr_swarms--;
	free(swarm->members);
	free(swarm);
}

static void swarm_push(struct swarm *swarm, struct member *member)
{
	if (swarm->nr == swarm->capacity) {
		swarm->capacity =
			swarm->capacity ? swarm->capacity * 2 : FIRST_CAPACITY;
		swarm->members = reallocarray(swarm->members, swarm->capacity,
					      sizeof(*swarm->members));
		if (!swarm->members)
			BUG("no memory for a swarm's members");
	}
	member->place = swarm->nr;
	swarm->members[swarm->nr++] = member;
}

static void put_at(struct swarm *swarm, struct member *member, uint32_t place)
{
	swarm->members[place] = member;
	member->place = place;
}

/* Whoever has this peer id leaves, and maybe the swarm with it. */
static void replace(struct swarm_table *table,
		    const uint8_t hash[SWARM_ID_BYTES],
		    const uint8_t peer_id[SWARM_ID_BYTES])
{
	struct swarm *swarm = swarm_find(table, hash);
	struct member *member =
		swarm ? swarm_peer(table, swarm, peer_id) : NULL;

	if (member)
		swarm_leave(table, member);
}

struct member *swarm_join(struct swarm_table *table,
			  const uint8_t hash[SWARM_ID_BYTES],
			  const uint8_t peer_id[SWARM_ID_BYTES],
			  struct guest *guest)
{
	struct member *member;
	struct swarm *swarm;

	replace(table, hash, peer_id);
	swarm = swarm_find(table, hash);
	if (swarm && swarm->nr >= SIGNAL_SWARM_PEERS)
		return NULL;
	if (!swarm)
		swarm = swarm_new(table, hash);
	member = calloc(1, sizeof(*member));
	if (!member)
		BUG("no memory for a peer");
	member->swarm = swarm;
	member->guest = guest;
	memcpy(member->peer_id, peer_id, SWARM_ID_BYTES);
	if (!tsearch(member, &table->by_peer, by_peer))
		BUG("no memory for a peer");
	swarm_push(swarm, member);
	LIST_INSERT_HEAD(&guest->members, member, of_guest);
	guest->nr_members++;
	table->nr_members++;
	return member;
}

void swarm_leave(struct swarm_table *table, struct member *member)
{
	struct swarm *swarm = member->swarm;

	swarm_set_complete(member, false);
	put_at(swarm, swarm->members[swarm->nr - 1], member->place);
	swarm->nr--;
	tdelete(member, &table->by_peer, by_peer);
	LIST_REMOVE(member, of_guest);
	member->guest->nr_members--;
	table->nr_members--;
	free(member);
	if (!swarm->nr)
		swarm_free(table, swarm);
}

void swarm_set_complete(struct member *member, bool is_complete)
{
	if (member->is_complete == is_complete)
		return;
	member->is_complete = is_complete;
	member->swarm->nr_complete += is_complete ? 1 : (uint32_t)-1;
}

struct signal_counts swarm_counts(const struct swarm *swarm)
{
	if (!swarm)
		return (struct signal_counts){ 0 };
	return (struct signal_counts){
		.complete = swarm->nr_complete,
		.incomplete = swarm->nr - swarm->nr_complete,
		.downloaded = swarm->nr_downloaded,
	};
}

static void swap(struct swarm *swarm, uint32_t a, uint32_t b)
{
	struct member *first = swarm->members[a];

	put_at(swarm, swarm->members[b], a);
	put_at(swarm, first, b);
}

/* The head of a shuffle: who is chosen changes places with who stands there. */
int swarm_choose(struct member *but, struct member **chosen, int most)
{
	struct swarm *swarm = but->swarm;
	uint32_t left = swarm->nr - 1;
	int nr = 0;

	swap(swarm, but->place, left);
	for (; nr < most && left > 0; nr++, left--) {
		uint32_t place = (uint32_t)nr + arc4random_uniform(left);

		swap(swarm, (uint32_t)nr, place);
		chosen[nr] = swarm->members[nr];
	}
	return nr;
}
