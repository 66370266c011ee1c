/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inbox.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <time.h>

#include "conf.h"
#include "db.h"
#include "foreign.h"
#include "json.h"
#include "log.h"

#define ARENA_MAX ((size_t)64 << 20)
#define IDLE_MS 250
#define MAINTAIN_MS 5000

static struct {
	struct task loop; /* claims */
	struct task task; /* the activity at hand */
	struct letter_batch batch;
	struct rows claimed;
	int64_t maintain_at;
} inbox_state;

struct unbegun {
	const char *leases[LETTERS];
	size_t nr;
};

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool go_on(void *arg)
{
	(void)arg;
	sd_notify(0, "WATCHDOG=1");
	return !work_is_ending();
}

/* --- one activity --------------------------------------------------------- */

json_object *letter_document(struct letter *letter)
{
	const char *text = letter->body;
	size_t len = letter->len;

	if (len >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) {
		text += 3;
		len -= 3;
	}
	return json_load(letter->task, text, len);
}

static struct resolved apply(struct letter *letter)
{
	struct task *task = letter->task;
	json_object *document = letter_document(letter);
	int64_t by = letter_prover(letter, document);
	const char *values[2];

	foreign_sanitise(task->arena, document);
	values[0] = arena_printf(
		task->arena,
		"{\"id\": %" PRId64 ", \"lease\": %" PRId64 ", \"by\": %s}",
		letter->id, letter->lease, by ? db_number(task, by) : "null");
	values[1] = json_object_to_json_string_ext(document,
						   JSON_C_TO_STRING_PLAIN);
	return resolve(task, "job/inbox-attempt", values, &letter->budget);
}

static void settle(struct letter *letter, struct resolved end)
{
	struct task *task = letter->task;

	if (end.end == RESOLVE_DONE || end.end == RESOLVE_LOST)
		return;
	log_info("inbox %" PRId64 " %s: %s", letter->id,
		 end.end == RESOLVE_LATER ? "later" : "refused", end.text);
	db(task, "job/inbox-settle", db_number(task, letter->id),
	   db_number(task, letter->lease),
	   end.end == RESOLVE_LATER ? "false" : "true",
	   arena_strndup(task->arena, end.text, strnlen(end.text, 1000)));
}

static void letter_body(struct task *task, void *arg)
{
	struct letter *letter = arg;
	struct resolved end = { .end = RESOLVE_DONE };

	letter->budget = resolve_budget(task);
	letter->budget.go_on = go_on;
	if (!letter->signer)
		end = letter_verify(letter);
	if (end.end == RESOLVE_DONE)
		end = apply(letter);
	settle(letter, end);
}

/* What fails for a reason of ours is tried again, as what another server's
 * trouble put off. */
static void settle_body(struct task *task, void *arg)
{
	struct letter *letter = arg;

	db(task, "job/inbox-settle", db_number(task, letter->id),
	   db_number(task, letter->lease), "false",
	   arena_printf(task->arena, "an error of this server: %s",
			letter->error));
}

static struct letter letter_at(int row)
{
	struct rows rows = inbox_state.claimed;

	return (struct letter){
		.task = &inbox_state.task,
		.row = row,
		.id = db_int(rows, row, 0),
		.lease = db_int(rows, row, 1),
		.signer = db_int(rows, row, 2),
		.request = db_text(rows, row, 3),
		.body = db_text(rows, row, 4),
		.len = db_length(rows, row, 4),
		.came = db_int(rows, row, 5),
		.tries = db_int(rows, row, 6),
		.signer_url = db_text(rows, row, 7),
	};
}

/* `body` with the letter; what goes wrong puts it off. */
static void run(struct letter *letter, void (*body)(struct task *, void *))
{
	struct task *task = letter->task;

	if (!task_run(task, body, letter)) {
		snprintf(letter->error, sizeof(letter->error), "%s",
			 task->message);
		log_error("inbox %" PRId64 ": %s", letter->id, letter->error);
		arena_reset(task->arena);
		if (!task_run(task, settle_body, letter))
			log_warning("inbox %" PRId64 " is left to its lease",
				    letter->id);
	}
	arena_reset(task->arena);
}

static void end_body(struct task *task, void *arg)
{
	struct letter *letter = arg;

	settle(letter, resolve_answer(task, letter->end));
}

/* One of a batch has ended. */
static void ended(int row, json_object *end)
{
	struct letter letter = letter_at(row);

	if (!end || json_text(end, "need")) {
		run(&letter, letter_body);
		return;
	}
	letter.end = end;
	run(&letter, end_body);
}

static void take(int row)
{
	struct letter letter = letter_at(row);

	if (letter_batch_add(&inbox_state.batch, &letter))
		return;
	letter_batch_apply(&inbox_state.batch);
	run(&letter, letter_body);
}

/* --- the loop ------------------------------------------------------------- */

static void claim_body(struct task *task, void *arg)
{
	(void)arg;
	inbox_state.claimed =
		db(task, "job/inbox-claim", db_number(task, LETTERS));
}

static void maintain_body(struct task *task, void *arg)
{
	(void)arg;
	db(task, "job/inbox-maintain");
}

static void hand_back_body(struct task *task, void *arg)
{
	const struct unbegun *unbegun = arg;

	db(task, "job/inbox-hand-back",
	   db_array(task, unbegun->leases, unbegun->nr));
}

static bool try(void (*body)(struct task *, void *))
{
	arena_reset(inbox_state.loop.arena);
	if (task_run(&inbox_state.loop, body, NULL))
		return true;
	log_warning("%s", inbox_state.loop.message);
	return false;
}

/* Those from `first` on have not been begun. */
static void hand_back(int first)
{
	struct unbegun unbegun = { .nr = 0 };

	for (int i = first; i < inbox_state.claimed.count; i++)
		unbegun.leases[unbegun.nr++] =
			db_text(inbox_state.claimed, i, 1);
	if (!task_run(&inbox_state.task, hand_back_body, &unbegun))
		log_warning("%s", inbox_state.task.message);
}

/* How many were taken; -1: the database is away. */
static int round_of_work(void)
{
	if (now_ms() >= inbox_state.maintain_at) {
		inbox_state.maintain_at = now_ms() + MAINTAIN_MS;
		if (!try(maintain_body))
			return -1;
	}
	if (!try(claim_body))
		return -1;
	for (int i = 0; i < inbox_state.claimed.count; i++) {
		if (!go_on(NULL)) {
			hand_back(i);
			break;
		}
		take(i);
	}
	letter_batch_apply(&inbox_state.batch);
	return inbox_state.claimed.count;
}

static void wait_a_moment(void)
{
	struct timespec pause = { 0, IDLE_MS * 1000000L };

	nanosleep(&pause, NULL);
}

static struct task make_task(const struct work_options *options, struct db *db)
{
	return (struct task){ .arena = arena_new(ARENA_MAX),
			      .db = db,
			      .conf = options->conf };
}

int inbox(const struct work_options *options)
{
	struct db *db = db_new(options->conf, "worker");
	int nr;

	inbox_state.loop = make_task(options, db);
	inbox_state.task = make_task(options, db);
	inbox_state.batch.task = make_task(options, db);
	inbox_state.batch.ended = ended;
	do {
		sd_notify(0, "WATCHDOG=1");
		nr = round_of_work();
		if (nr <= 0 && !options->once && !work_is_ending())
			wait_a_moment();
	} while (!work_is_ending() && (nr > 0 || !options->once));
	arena_free(inbox_state.batch.task.arena);
	arena_free(inbox_state.task.arena);
	arena_free(inbox_state.loop.arena);
	db_free(db);
	return nr < 0 && options->once ? 1 : 0;
}
