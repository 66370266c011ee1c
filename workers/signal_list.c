/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "signal_list.h"

#include <stdlib.h>
#include <string.h>

#include "bug.h"

#define FIRST_CAPACITY 1024

/* Video numbers are below 2^32 for as long as we live; 0: nothing is here. */
struct signal_list_entry {
	uint8_t hash[SWARM_ID_BYTES];
	uint32_t video;
};

void signal_list_init(struct signal_list *list)
{
	*list = (struct signal_list){ 0 };
	arc4random_buf(&list->seed, sizeof(list->seed));
}

void signal_list_free(struct signal_list *list)
{
	free(list->table.entries);
	free(list->next.entries);
}

/* What is stored is ours: no stranger chooses it, so that it cannot pile up
 * in one place, whatever is looked for. */
static size_t place(const struct signal_list *list,
		    const struct signal_list_table *table,
		    const uint8_t hash[SWARM_ID_BYTES])
{
	uint64_t head;
	uint64_t tail;

	memcpy(&head, hash, sizeof(head));
	memcpy(&tail, hash + SWARM_ID_BYTES - sizeof(tail), sizeof(tail));
	head = (head ^ list->seed) * 0x9e3779b97f4a7c15u;
	head = (head ^ tail ^ head >> 32) * 0x9e3779b97f4a7c15u;
	return (size_t)(head >> 32) & (table->capacity - 1);
}

static bool table_has(const struct signal_list *list,
		      const struct signal_list_table *table,
		      const uint8_t hash[SWARM_ID_BYTES])
{
	if (!table->capacity)
		return false;
	for (size_t i = place(list, table, hash); table->entries[i].video;
	     i = (i + 1) & (table->capacity - 1))
		if (!memcmp(table->entries[i].hash, hash, SWARM_ID_BYTES))
			return true;
	return false;
}

static void table_put(const struct signal_list *list,
		      struct signal_list_table *table,
		      const struct signal_list_entry *entry)
{
	size_t i = place(list, table, entry->hash);

	for (; table->entries[i].video; i = (i + 1) & (table->capacity - 1))
		if (!memcmp(&table->entries[i], entry, sizeof(*entry)))
			return;
	table->entries[i] = *entry;
	table->nr++;
}

static struct signal_list_table table_new(size_t capacity)
{
	struct signal_list_table table = { .capacity = capacity };

	table.entries = calloc(capacity, sizeof(*table.entries));
	if (!table.entries)
		BUG("no memory for %zu hashes", capacity);
	return table;
}

static void table_grow(const struct signal_list *list,
		       struct signal_list_table *table)
{
	struct signal_list_table bigger = table_new(
		table->capacity ? table->capacity * 2 : FIRST_CAPACITY);

	for (size_t i = 0; i < table->capacity; i++)
		if (table->entries[i].video)
			table_put(list, &bigger, &table->entries[i]);
	free(table->entries);
	*table = bigger;
}

bool signal_list_has(const struct signal_list *list,
		     const uint8_t hash[SWARM_ID_BYTES])
{
	return table_has(list, &list->table, hash);
}

void signal_list_begin(struct signal_list *list, bool is_all)
{
	free(list->next.entries);
	list->next = (struct signal_list_table){ 0 };
	list->nr_dropped = 0;
	list->is_all = is_all;
}

void signal_list_drop(struct signal_list *list, int64_t video)
{
	if (list->nr_dropped == SIGNAL_LIST_DROPS)
		BUG("more dropped videos than a group has");
	list->dropped[list->nr_dropped++] = (uint32_t)video;
}

static bool add_to(struct signal_list *list, struct signal_list_table *table,
		   const struct signal_list_entry *entry)
{
	if (table->nr >= SIGNAL_LIST_HASHES)
		return false;
	if (table->nr * 2 >= table->capacity)
		table_grow(list, table);
	table_put(list, table, entry);
	return true;
}

bool signal_list_add(struct signal_list *list, int64_t video,
		     const uint8_t hash[SWARM_ID_BYTES])
{
	struct signal_list_entry entry = { .video = (uint32_t)video };

	memcpy(entry.hash, hash, SWARM_ID_BYTES);
	return add_to(list, &list->next, &entry);
}

static bool is_dropped(const struct signal_list *list, uint32_t video)
{
	for (size_t i = 0; i < list->nr_dropped; i++)
		if (list->dropped[i] == video)
			return true;
	return false;
}

/* Nothing is taken out of a table: what stays moves to the new one. */
void signal_list_end(struct signal_list *list)
{
	const struct signal_list_table *old = &list->table;

	for (size_t i = 0; !list->is_all && i < old->capacity; i++)
		if (old->entries[i].video &&
		    !is_dropped(list, old->entries[i].video))
			add_to(list, &list->next, &old->entries[i]);
	free(list->table.entries);
	list->table = list->next;
	list->next = (struct signal_list_table){ 0 };
	list->nr_dropped = 0;
}
