/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "deliver.h"

#include <string.h>
#include <systemd/sd-daemon.h>

#include "bug.h"
#include "db.h"
#include "log.h"
#include "wake.h"

#define ARENA_MAX (32u << 20)
#define POLL_MS 1000
#define WAKE_MS 20 /* from one claim to the next, however often we are woken */
#define ALL_MS 60000 /* between looks at all servers */
#define END_MS 20000 /* to end what runs */
#define CLAIM_MAX 100 /* servers at once */
#define CLAIM_MIN 25
/* Servers that fail take no more than so many places from the others. */
#define FAILING_MAX (LANES_MAX / 2)
/* What has been answered is told together: so many milliseconds, deliveries
 * and visits in one transaction. */
#define SETTLE_MS 20
#define ANSWERS_FULL 1000
#define SETTLE_VISITS 50
#define HUNGRY_MS 10
#define LOAD_MAX 64 /* activities at once */
#define IDLE_MAX 1000
#define FAST_MS 1000

struct answer {
	int64_t host_id;
	int64_t seq;
	int64_t activity_id;
	enum verdict verdict;
};

static struct {
	struct task task; /* all but requests */
	struct task request;
	int nr_running; /* visits */
	int nr_lanes;
	int nr_failing; /* running visits of servers that failed before */
	struct wake wake;
	int64_t claim_at; /* ms */
	int64_t claimed_at;
	struct visit *claimed[CLAIM_MAX];
	int nr_claimed;
	struct visit *finished; /* oldest first */
	struct visit **last_finished;
	int nr_finished;
	/* Not told yet. */
	struct answer answers[ANSWERS_FULL + LANES_MAX + CLAIM_MAX +
			      SETTLE_VISITS * VISIT_DELIVERIES];
	size_t nr_answers;
	int64_t settle_at;
	bool is_mute; /* nothing can be told: nothing more is sent */
	/* Lanes whose activity is to be loaded. */
	struct lane *hungry[LANES_MAX + CLAIM_MAX];
	size_t nr_hungry;
	/* Servers that have nothing to get since a moment ago. */
	int64_t idle[IDLE_MAX];
	size_t nr_idle;
	int64_t idle_at; /* when they are looked at again */
	int64_t all_at; /* and all others */
	bool is_all; /* it is their turn */
} d = { .last_finished = &d.finished };

static bool try(void (*body)(struct task *, void *), void *arg)
{
	bool ok = task_run(&d.task, body, arg);

	if (!ok)
		log_warning("deliver: %s", d.task.message);
	arena_reset(d.task.arena);
	return ok;
}

/* --- lanes ---------------------------------------------------------------- */

static void add_answer(const struct visit *visit,
		       const struct delivery *delivery)
{
	if (!d.nr_answers && !d.finished)
		d.settle_at = deliver_now() + SETTLE_MS;
	d.answers[d.nr_answers++] =
		(struct answer){ visit->host_id, delivery->seq,
				 delivery->activity_id, delivery->verdict };
}

/* What its server failed at is told when the visit ends: it counts where
 * others passed, else it has not been tried. */
static void end_delivery(struct lane *lane)
{
	enum verdict verdict = lane->delivery->verdict;

	if ((verdict == DONE || verdict == GONE) && !lane->visit->is_dead)
		add_answer(lane->visit, lane->delivery);
}

static void finish(struct visit *visit)
{
	if (!d.nr_answers && !d.finished)
		d.settle_at = deliver_now() + SETTLE_MS;
	*d.last_finished = visit;
	d.last_finished = &visit->next;
	d.nr_finished++;
	d.nr_running--;
	d.nr_failing -= visit->fails > 0;
}

static void prove_body(struct task *task, void *arg)
{
	activity_prove(task, arg);
}

/* What cannot be signed so is sent all the same: who gets it from us needs no
 * such proof. False: the database is away or busy; later, then. */
static bool prove(struct activity *activity)
{
	if (activity->body && activity->wants_proof &&
	    !try(prove_body, activity) && d.task.status == 503)
		return false;
	activity->wants_proof = false;
	return true;
}

/* False: the activity at hand must be loaded first. */
static bool find_activity(struct lane *lane)
{
	if (lane->visit->is_dead)
		return true;
	lane->activity = activity_find(lane->delivery->activity_id);
	if (!lane->activity)
		d.hungry[d.nr_hungry++] = lane;
	return lane->activity;
}

static void stop(struct visit *visit)
{
	visit_stop(visit, visit->took ? PASSED : UNTRIED, "stopped");
}

/* What cannot be sent is answered at once: so much of it that it must be told
 * first. A lane has one answer more. */
static bool must_stop(void)
{
	return work_is_ending() || d.is_mute || d.nr_answers >= ANSWERS_FULL;
}

/* Goes on until the lane sends, is hungry or has come to its end. */
static void go_on(struct lane *lane, bool again)
{
	struct visit *visit = lane->visit;

	for (;; again = false) {
		if (must_stop())
			stop(visit);
		if (!again && !lane_next(lane))
			break;
		if (!find_activity(lane))
			return;
		if (lane->activity && !lane->activity->body)
			lane->delivery->verdict = DONE;
		else if (lane->activity && !prove(lane->activity))
			stop(visit);
		else if (sender_start(&d.request, lane))
			return;
		end_delivery(lane);
	}
	d.nr_lanes--;
	if (!--visit->nr_active)
		finish(visit);
}

static void on_answer(void *ctx, struct lane *lane, bool again)
{
	(void)ctx;
	if (!again)
		end_delivery(lane);
	go_on(lane, again);
}

static void load_body(struct task *task, void *arg)
{
	int64_t ids[LOAD_MAX];
	size_t nr = 0;

	(void)arg;
	for (size_t i = 0; i < d.nr_hungry && nr < LOAD_MAX; i++) {
		int64_t id = d.hungry[i]->delivery->activity_id;
		size_t k = 0;

		while (k < nr && ids[k] != id)
			k++;
		if (k == nr)
			ids[nr++] = id;
	}
	activity_load(task, ids, nr);
}

static void feed(void)
{
	struct lane *lanes[ARRAY_LEN(d.hungry)];
	size_t nr = d.nr_hungry;

	if (!try(load_body, NULL) && !work_is_ending())
		return;
	memcpy(lanes, d.hungry, sizeof(lanes));
	d.nr_hungry = 0;
	for (size_t i = 0; i < nr; i++)
		go_on(lanes[i], false);
}

/* --- beginning visits ----------------------------------------------------- */

static struct visit *begin(struct rows rows, int row)
{
	int lanes = (int)db_int(rows, row, 6);
	struct visit *visit;

	if (d.nr_lanes + lanes > LANES_MAX)
		lanes = 1;
	visit = visit_new(db_int(rows, row, 0), db_int(rows, row, 2), lanes);
	visit->is_dead = db_bool(rows, row, 3);
	visit->prefers_rfc9421 = db_bool(rows, row, 4);
	visit->fails = (int)db_int(rows, row, 5) + visit->is_dead;
	d.nr_lanes += lanes;
	d.nr_running++;
	d.nr_failing += visit->fails > 0;
	d.claimed[d.nr_claimed++] = visit;
	return visit;
}

static int claim_size(void)
{
	int free = LANES_MAX - d.nr_lanes;

	return free < CLAIM_MAX ? free : CLAIM_MAX;
}

static void claim_body(struct task *task, void *arg)
{
	struct visit *visit = NULL;
	struct rows rows;

	(void)arg;
	rows = db(task, "job/deliver-claim", db_number(task, claim_size()),
		  d.nr_failing < FAILING_MAX ? "true" : "false");
	for (int i = 0; i < rows.count; i++) {
		if (!visit || visit->host_id != db_int(rows, i, 0))
			visit = begin(rows, i);
		if (!db_text(rows, i, 9))
			continue;
		visit_add(visit,
			  (struct delivery){
				  .seq = db_int(rows, i, 7),
				  .activity_id = db_int(rows, i, 8),
				  .tries = (int)db_int(rows, i, 10),
			  },
			  db_text(rows, i, 9));
	}
}

static void claim(void)
{
	int wanted = claim_size();

	d.nr_claimed = 0;
	d.claimed_at = deliver_now();
	d.claim_at = d.claimed_at + POLL_MS;
	if (!try(claim_body, NULL))
		return;
	if (d.nr_claimed == wanted)
		d.claim_at = 0;
	for (int i = 0; i < d.nr_claimed; i++) {
		struct visit *visit = d.claimed[i];

		visit->nr_active = visit->nr_lanes;
		for (int k = 0; k < visit->nr_lanes; k++)
			go_on(&visit->lanes[k], false);
	}
}

/* --- ending them ---------------------------------------------------------- */

/* Columns of what is told, each an array. */
struct columns {
	struct task *task;
	const char *items[8][ARRAY_LEN(d.answers)];
	size_t nr;
};

static const char *column(const struct columns *columns, int number)
{
	return db_array(columns->task, columns->items[number], columns->nr);
}

static void tell_answers(struct task *task, struct columns *columns)
{
	static const char *const verdicts[] = { NULL, "done", "gone", "again" };

	columns->nr = d.nr_answers;
	for (size_t i = 0; i < d.nr_answers; i++) {
		const struct answer *answer = &d.answers[i];

		columns->items[0][i] = db_number(task, answer->host_id);
		columns->items[1][i] = db_number(task, answer->seq);
		columns->items[2][i] = db_number(task, answer->activity_id);
		columns->items[3][i] = verdicts[answer->verdict];
	}
	if (columns->nr)
		db(task, "job/deliver-told", column(columns, 0),
		   column(columns, 1), column(columns, 2), column(columns, 3));
}

static const char *flag(bool value)
{
	return value ? "t" : "f";
}

/* More lanes are for who answers quickly and has more to get than one visit
 * takes. */
static int wanted_lanes(const struct visit *visit)
{
	bool is_fast =
		visit->slowest < FAST_MS && visit_result(visit) == PASSED;

	return is_fast && visit->nr >= 20 ? VISIT_LANES : 1;
}

static void tell_visit(struct columns *columns, const struct visit *visit)
{
	static const char *const ends[] = { "passed", "failed", "busy",
					    "untried" };
	struct task *task = columns->task;
	size_t nr = columns->nr++;

	columns->items[0][nr] = db_number(task, visit->host_id);
	columns->items[1][nr] = db_number(task, visit->lease);
	columns->items[2][nr] = ends[visit_result(visit)];
	columns->items[3][nr] = flag(visit->took);
	columns->items[4][nr] = db_number(task, visit->wait);
	columns->items[5][nr] = visit->said;
	columns->items[6][nr] = flag(visit->prefers_rfc9421);
	columns->items[7][nr] = db_number(task, wanted_lanes(visit));
}

static struct rows tell_visits(struct task *task, struct columns *columns)
{
	struct visit *visit = d.finished;

	columns->nr = 0;
	for (; visit && columns->nr < SETTLE_VISITS; visit = visit->next)
		tell_visit(columns, visit);
	if (!columns->nr)
		return (struct rows){ 0 };
	return db(task, "job/deliver-visited", column(columns, 0),
		  column(columns, 1), column(columns, 2), column(columns, 3),
		  column(columns, 4), column(columns, 5), column(columns, 6),
		  column(columns, 7));
}

static void remember_idle(int64_t host_id)
{
	if (d.nr_idle == IDLE_MAX)
		return; /* found when all are looked at */
	if (!d.nr_idle)
		d.idle_at = deliver_now() + POLL_MS;
	d.idle[d.nr_idle++] = host_id;
}

static void settle_body(struct task *task, void *arg)
{
	struct columns *columns =
		arena_alloc(task->arena, sizeof(struct columns));
	struct rows rows;

	(void)arg;
	columns->task = task;
	db_begin(task);
	tell_answers(task, columns);
	rows = tell_visits(task, columns);
	db_commit(task);
	for (int i = 0; i < rows.count; i++) {
		if (db_bool(rows, i, 1))
			remember_idle(db_int(rows, i, 0));
		else if (db_bool(rows, i, 2))
			d.claim_at = 0;
	}
}

/* Deliveries that the server failed at while it took others. */
static void add_failed(void)
{
	int nr = 0;

	for (struct visit *visit = d.finished; visit && nr++ < SETTLE_VISITS;
	     visit = visit->next)
		for (int i = 0; i < visit->nr; i++) {
			struct delivery *delivery = &visit->deliveries[i];

			if (delivery->verdict != AGAIN ||
			    visit_result(visit) != PASSED)
				continue;
			add_answer(visit, delivery);
			delivery->verdict = UNSENT;
		}
}

static void settle(void)
{
	add_failed();
	d.settle_at = deliver_now() + POLL_MS;
	d.is_mute = !try(settle_body, NULL);
	if (d.is_mute)
		return;
	d.nr_answers = 0;
	for (int i = 0; i < SETTLE_VISITS && d.finished; i++) {
		struct visit *visit = d.finished;

		d.finished = visit->next;
		d.nr_finished--;
		visit_free(visit);
	}
	d.settle_at = deliver_now();
	if (!d.finished)
		d.last_finished = &d.finished;
}

/* --- servers that have become idle ---------------------------------------- */

static void wake_body(struct task *task, void *arg)
{
	const char *items[IDLE_MAX];
	const char *hosts = NULL;

	(void)arg;
	for (size_t i = 0; i < d.nr_idle; i++)
		items[i] = db_number(task, d.idle[i]);
	if (!d.is_all)
		hosts = db_array(task, items, d.nr_idle);
	if (db_bool(db(task, "job/deliver-wake", hosts), 0, 0))
		d.claim_at = 0;
}

static void wake(void)
{
	d.is_all = deliver_now() >= d.all_at;
	if (!try(wake_body, NULL)) {
		d.idle_at = d.all_at = deliver_now() + POLL_MS;
		return;
	}
	if (d.is_all)
		d.all_at = deliver_now() + ALL_MS;
	d.nr_idle = 0;
}

/* --- the loop ------------------------------------------------------------- */

static bool may_claim(void)
{
	return !work_is_ending() && LANES_MAX - d.nr_lanes >= CLAIM_MIN;
}

static bool must_settle(void)
{
	bool is_full = d.nr_finished >= SETTLE_VISITS ||
		       d.nr_answers >= ANSWERS_FULL || !d.nr_running;

	return (d.nr_answers || d.finished) &&
	       ((is_full && !d.is_mute) || deliver_now() >= d.settle_at);
}

static int64_t earlier(int64_t one, int64_t other)
{
	return one < other ? one : other;
}

/* Milliseconds until something is due but for the network. */
static int time_left(void)
{
	int64_t now = deliver_now();
	int64_t at = now + POLL_MS;

	if (may_claim())
		at = earlier(at, d.claim_at);
	if (d.nr_answers || d.finished)
		at = must_settle() ? now : earlier(at, d.settle_at);
	if (d.nr_hungry)
		at = earlier(at, now + HUNGRY_MS);
	if (d.nr_idle)
		at = earlier(at, d.idle_at);
	return at > now ? (int)(at - now) : 0;
}

static void step(void)
{
	int64_t now = deliver_now();

	if (now >= d.all_at || (d.nr_idle && now >= d.idle_at))
		wake();
	if (may_claim() && now >= d.claim_at)
		claim();
	if (d.nr_hungry)
		feed();
	if (must_settle())
		settle();
	if (sender_run(time_left(), on_answer, NULL)) {
		wake_drain(&d.wake);
		d.claim_at = earlier(d.claim_at, d.claimed_at + WAKE_MS);
	}
}

static bool is_idle(void)
{
	return !d.nr_running && !d.finished;
}

static void serve(bool once)
{
	int64_t until;

	do {
		sd_notify(0, "WATCHDOG=1");
		step();
	} while (!work_is_ending() && !(once && is_idle() && d.claim_at > 0));
	until = deliver_now() + END_MS;
	while (!is_idle() && deliver_now() < until)
		step();
}

int deliver(const struct work_options *options)
{
	struct db *db = db_new(options->conf, "worker");

	d.task = (struct task){ .arena = arena_new(ARENA_MAX),
				.db = db,
				.conf = options->conf };
	d.request = (struct task){ .arena = arena_new(ARENA_MAX),
				   .db = db,
				   .conf = options->conf };
	d.wake.fd = -1;
	if (!options->once)
		wake_open(&d.wake, options->conf->wake_dir, "deliver");
	sender_open(d.wake.fd);
	serve(options->once);
	sender_close();
	wake_close(&d.wake);
	deliver_cache_free();
	arena_free(d.request.arena);
	arena_free(d.task.arena);
	db_free(db);
	return is_idle() ? 0 : 1;
}
