/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <inttypes.h>
#include <string.h>

#include "buf.h"
#include "bug.h"
#include "db.h"
#include "foreign.h"
#include "inbox.h"
#include "json.h"
#include "log.h"

#define ONE_MAX ((size_t)200 * 1000)
#define ALL_MAX ((size_t)1000 * 1000)

/* --- what is in it -------------------------------------------------------- */

/* Those that are many, and change little beside what they bring. */
static bool is_small(json_object *document)
{
	static const char *const types[] = { "Announce",   "Create",
					     "Dislike",	   "Like",
					     "EmojiReact", "Undo",
					     "View" };
	const char *type = json_text(document, "type");

	for (size_t i = 0; type && i < ARRAY_LEN(types); i++)
		if (!strcmp(type, types[i]))
			return true;
	return false;
}

struct adding {
	struct letter_batch *batch;
	struct letter *letter;
	bool is_added;
};

static void add_body(struct task *task, void *arg)
{
	struct adding *adding = arg;
	struct letter *letter = adding->letter;
	struct letter_batch *batch = adding->batch;
	json_object *document = letter_document(letter);
	const char *actor = letter_actor(document), *text;

	if (!is_small(document) || !actor || strcmp(actor, letter->signer_url))
		return;
	foreign_sanitise(task->arena, document);
	text = json_object_to_json_string_ext(document, JSON_C_TO_STRING_PLAIN);
	if (strlen(text) > ONE_MAX)
		return;
	text = arena_printf(batch->task.arena,
			    "{\"id\": %" PRId64 ", \"lease\": %" PRId64
			    ", \"by\": %" PRId64 ", \"activity\": %s}",
			    letter->id, letter->lease, letter->signer, text);
	batch->len += strlen(text);
	batch->texts[batch->nr] = text;
	batch->rows[batch->nr++] = letter->row;
	adding->is_added = true;
}

bool letter_batch_add(struct letter_batch *batch, struct letter *letter)
{
	struct adding adding = { batch, letter, false };

	/* A worker that died of one of several has not said of which. */
	if (!letter->signer_url || letter->tries > 1 || letter->len > ONE_MAX)
		return false;
	if (!task_run(letter->task, add_body, &adding))
		log_warning("inbox %" PRId64 ": %s", letter->id,
			    letter->task->message);
	arena_reset(letter->task->arena);
	if (batch->nr == LETTERS || batch->len > ALL_MAX)
		letter_batch_apply(batch);
	return adding.is_added;
}

/* --- applying it ---------------------------------------------------------- */

struct trying {
	struct letter_batch *batch;
	int first;
	json_object *ends;
};

static void try_body(struct task *task, void *arg)
{
	struct trying *trying = arg;
	struct letter_batch *batch = trying->batch;
	struct buf all = buf_make(task->arena, 4 * ALL_MAX);
	struct rows rows;

	for (int i = trying->first; i < batch->nr; i++) {
		buf_char(&all, i == trying->first ? '[' : ',');
		buf_str(&all, batch->texts[i]);
	}
	buf_char(&all, ']');
	rows = db(task, "job/inbox-batch", all.data);
	trying->ends =
		json_load(task, db_text(rows, 0, 0), db_length(rows, 0, 0));
}

/* How many of those from `first` on have ended in some way; 0: none of them. */
static int try(struct letter_batch *batch, int first)
{
	struct trying trying = { batch, first, NULL };
	int nr;

	if (!task_run(&batch->task, try_body, &trying)) {
		log_warning("inbox, %d together: %s", batch->nr - first,
			    batch->task.message);
		return 0;
	}
	nr = (int)json_object_array_length(trying.ends);
	for (int i = 0; i < nr; i++)
		batch->ended(batch->rows[first + i],
			     json_object_array_get_idx(trying.ends, (size_t)i));
	return nr;
}

void letter_batch_apply(struct letter_batch *batch)
{
	int first = 0, nr;

	while (first < batch->nr && (nr = try(batch, first)) > 0)
		first += nr;
	for (; first < batch->nr; first++)
		batch->ended(batch->rows[first], NULL);
	batch->nr = 0;
	batch->len = 0;
	arena_reset(batch->task.arena);
}
