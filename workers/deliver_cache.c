/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Activities and keys that have been read a moment ago: one activity goes to
 * thousands of inboxes, one actor signs for all of them. */
#include "deliver.h"

#include <openssl/evp.h>
#include <string.h>

#include "bug.h"
#include "db.h"
#include "note.h"
#include "signature.h"

#define BUCKETS 1024
#define BYTES_MAX ((size_t)8 << 20) /* of bodies */
#define SIGNERS 256

static struct {
	struct activity *buckets[BUCKETS];
	size_t bytes;
	size_t hand; /* bucket that is emptied next */
	struct signer signers[SIGNERS];
} cache;

static size_t bucket_of(int64_t id)
{
	return (uint64_t)id % BUCKETS;
}

static void *not_null(void *memory)
{
	if (!memory)
		BUG("out of memory");
	return memory;
}

struct activity *activity_find(int64_t id)
{
	struct activity *activity = cache.buckets[bucket_of(id)];

	while (activity && activity->id != id)
		activity = activity->next;
	return activity;
}

static void free_unused(struct activity **link)
{
	while (*link) {
		struct activity *activity = *link;

		if (activity->nr_users) {
			link = &activity->next;
			continue;
		}
		*link = activity->next;
		cache.bytes -= sizeof(*activity) + activity->len;
		free(activity->body);
		free(activity);
	}
}

/* Bytes there are room for, when what nobody uses is gone as far as needed. */
static size_t make_room(size_t wanted)
{
	for (int i = 0; i < BUCKETS && cache.bytes + wanted > BYTES_MAX; i++) {
		free_unused(&cache.buckets[cache.hand]);
		cache.hand = (cache.hand + 1) % BUCKETS;
	}
	return cache.bytes < BYTES_MAX ? BYTES_MAX - cache.bytes : 0;
}

static void add(struct task *task, struct rows rows, int row)
{
	int64_t id = db_int(rows, row, 0);
	struct activity *activity = not_null(calloc(1, sizeof(*activity)));

	activity->id = id;
	activity->actor_id = db_int(rows, row, 1);
	activity->wants_proof = db_bool(rows, row, 2);
	if (db_text(rows, row, 3)) {
		const char *body = note_render(task, db_text(rows, row, 3),
					       db_length(rows, row, 3));

		activity->len = strlen(body);
		activity->body = not_null(strdup(body));
	}
	cache.bytes += sizeof(*activity) + activity->len;
	activity->next = cache.buckets[bucket_of(id)];
	cache.buckets[bucket_of(id)] = activity;
}

void activity_replace(struct activity *activity, const char *body)
{
	free(activity->body);
	cache.bytes -= activity->len;
	activity->len = strlen(body);
	activity->body = not_null(strdup(body));
	cache.bytes += activity->len;
}

void activity_load(struct task *task, const int64_t ids[], size_t nr)
{
	const char **texts = arena_array(task->arena, nr, sizeof(*texts));
	size_t room = make_room(BYTES_MAX / 8);
	struct rows rows;

	if (!room)
		return;
	for (size_t i = 0; i < nr; i++)
		texts[i] = db_number(task, ids[i]);
	rows = db(task, "job/deliver-activities", db_array(task, texts, nr),
		  db_number(task, (int64_t)room));
	for (int i = 0; i < rows.count; i++)
		if (!activity_find(db_int(rows, i, 0)))
			add(task, rows, i);
}

static void forget_signer(struct signer *signer)
{
	EVP_PKEY_free(signer->key);
	free(signer->key_id);
	*signer = (struct signer){ 0 };
}

const struct signer *signer_find(struct task *task, int64_t actor_id)
{
	struct signer *signer = &cache.signers[(uint64_t)actor_id % SIGNERS];
	struct rows rows;

	if (signer->key && signer->actor_id == actor_id)
		return signer;
	rows = db(task, "job/signing-key", db_number(task, actor_id));
	if (!rows.count)
		fail(task, 404, "actor %s has no key",
		     db_number(task, actor_id));
	forget_signer(signer);
	signer->actor_id = actor_id;
	signer->key_id = not_null(strdup(db_text(rows, 0, 0)));
	signer->key = signature_private_key(db_text(rows, 0, 1));
	if (!signer->key)
		fail(task, 404, "the key of actor %s is none",
		     db_number(task, actor_id));
	return signer;
}

void deliver_cache_free(void)
{
	for (size_t i = 0; i < BUCKETS; i++)
		free_unused(&cache.buckets[i]);
	for (size_t i = 0; i < SIGNERS; i++)
		forget_signer(&cache.signers[i]);
}
