/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "work.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "bug.h"
#include "conf.h"
#include "db.h"
#include "files.h"
#include "log.h"
#include "wake.h"

#define MAX_KINDS 32
#define MAX_BATCH 100
#define ARENA_MAX (64u << 20)
#define POLL_MS 1000
#define REAP_MS 10000
#define RENEW_MS 2000

struct claim {
	const struct worker *worker;
	int64_t id;
	int64_t lease;
	int attempt;
	int max_attempt;
	const char *payload;
};

struct process {
	const struct work_options *options;
	struct db *db;
	struct task loop; /* claims, maintenance */
	struct task task; /* the job at hand */
	struct task lease; /* its lease */
	char name[200];
	struct pollfd sockets[MAX_KINDS];
	struct wake wakes[MAX_KINDS];
	nfds_t nr_sockets;
	int64_t reap_at;
	int64_t promote_at;
	struct claim claims[MAX_BATCH];
	int nr_claims;
	const struct worker *wanted; /* of the claim under way */
};

static volatile sig_atomic_t must_end;

static void on_signal(int number)
{
	(void)number;
	must_end = 1;
}

bool work_is_ending(void)
{
	return must_end;
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Plus or minus a fifth, so that workers do not all come at once. */
static int64_t jitter(int64_t ms)
{
	return ms - ms / 5 + arc4random_uniform((uint32_t)(ms * 2 / 5));
}

static const struct worker *find_worker(const struct worker *const *list,
					int64_t kind)
{
	for (; *list; list++)
		if ((int64_t)(*list)->kind == kind)
			return *list;
	return NULL;
}

static void done_body(struct task *task, struct job *job)
{
	struct rows rows = db(task, "job/complete", db_number(task, job->id),
			      db_number(task, job->lease));

	if (!db_text(rows, 0, 0)) {
		job->end = JOB_CANCELLED;
		fail(task, 409, "It was cancelled.");
	}
	if (!db_bool(rows, 0, 0)) {
		job->end = JOB_LOST;
		fail(task, 409, "The lease was lost.");
	}
	job->is_done = true;
}

void job_done(struct job *job)
{
	done_body(job->task, job);
}

struct renewal {
	struct job *job;
	int percent;
	bool is_held;
	bool is_cancelled;
};

static void renew_body(struct task *task, void *arg)
{
	struct renewal *renewal = arg;
	struct job *job = renewal->job;
	struct rows rows;

	rows = db(task, "job/renew", db_number(task, job->id),
		  db_number(task, job->lease),
		  db_number(task, renewal->percent),
		  db_number(task, job->lease_seconds));
	renewal->is_held = rows.count == 1;
	renewal->is_cancelled = db_bool(rows, 0, 0);
}

static bool renew(struct job *job, int percent)
{
	struct renewal renewal = { .job = job, .percent = percent };
	int64_t before = now_ms();

	bool is_answered = task_run(job->lease_task, renew_body, &renewal);

	arena_reset(job->lease_task->arena);
	if (!is_answered) {
		renewal.is_held = now_ms() - job->renewed_at <
				  (int64_t)job->lease_seconds * 1000;
		if (!renewal.is_held)
			job->end = JOB_LOST;
		return renewal.is_held;
	}
	if (!renewal.is_held)
		job->end = JOB_LOST;
	else if (renewal.is_cancelled)
		job->end = JOB_CANCELLED;
	job->renewed_at = before;
	return renewal.is_held && !renewal.is_cancelled;
}

bool job_progress(struct job *job, int percent)
{
	if (must_end) {
		job->end = JOB_STOPPED;
		return false;
	}
	if (now_ms() - job->renewed_at < RENEW_MS)
		return true;
	sd_notify(0, "WATCHDOG=1");
	return renew(job, percent < 0 ? 0 : percent > 100 ? 100 : percent);
}

void job_stop(struct job *job)
{
	fail(job->task, 503, "This was stopped.");
}

void job_retry(struct job *job, const char *fmt, ...)
{
	char text[sizeof(job->task->message)];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (job->has_directory && job->end == JOB_AGAIN &&
	    files_free(job->task) < FILES_LEAST_FREE)
		job_wait_for_room(job);
	fail(job->task, 503, "%s", text);
}

void job_wait_for_room(struct job *job)
{
	/* What has been written goes with the task, and was too little. */
	int64_t written = files_written(job);

	job->end = JOB_FULL;
	if (written + written / 4 > job->room)
		job->room = written + written / 4;
	fail(job->task, 507,
	     "There is not enough room on the disk. It goes on by itself when"
	     " there is.");
}

void job_details(struct job *job, const char *text)
{
	snprintf(job->details, sizeof(job->details), "%s", text);
}

void job_fail(struct job *job, const char *fmt, ...)
{
	char text[sizeof(job->task->message)];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	job->end = JOB_NEVER;
	fail(job->task, 422, "%s", text);
}

struct run {
	struct job *job;
	const struct worker *worker;
	char why[512];
};

static void free_json(void *object)
{
	json_object_put(object);
}

static void run_body(struct task *task, void *arg)
{
	struct run *run = arg;

	run->worker->run(run->job);
	if (!run->job->is_done)
		done_body(task, run->job);
}

/* The lease goes back, with or without a mark against the job. */
static void settle_body(struct task *task, void *arg)
{
	struct run *run = arg;
	struct job *job = run->job;
	const char *id = db_number(task, job->id);
	const char *lease = db_number(task, job->lease);
	struct rows rows;

	db_begin(task);
	if (job->end == JOB_STOPPED) {
		db(task, "job/hand-back", id, lease);
	} else if (job->end == JOB_CANCELLED) {
		db(task, "job/cancelled", id, lease);
	} else if (job->end == JOB_FULL) {
		db(task, "job/put-off", id, lease, run->why,
		   db_number(task, job->room));
	} else {
		rows = db(task, "job/give-up", id, lease, run->why,
			  job->end == JOB_NEVER ? "true" : "false",
			  *job->details ? job->details : NULL);
		if (db_int(rows, 0, 0) == 4 && run->worker->dead)
			run->worker->dead(task, job->payload, run->why);
	}
	db_commit(task);
}

static void settle(struct run *run)
{
	struct job *job = run->job;
	static const char *const ends[] = { "later",	   "dead",
					    "cancelled",   "lease lost",
					    "handed back", "waits for room" };

	log_info("%s %" PRId64 " attempt %d %s: %s", run->worker->name, job->id,
		 job->attempt, ends[job->end], run->why);
	if (job->end != JOB_LOST && !task_run(job->task, settle_body, run))
		log_warning("%s %" PRId64 " left to its lease: %s",
			    run->worker->name, job->id, job->task->message);
}

static void run_claim(struct process *process, const struct claim *claim)
{
	struct job job = {
		.task = &process->task,
		.lease_task = &process->lease,
		.kind = claim->worker->kind,
		.id = claim->id,
		.lease = claim->lease,
		.attempt = claim->attempt,
		.max_attempt = claim->max_attempt,
		.lease_seconds = claim->worker->lease,
	};
	struct run run = { .job = &job, .worker = claim->worker };

	job.payload = json_tokener_parse(claim->payload);
	job.room = json_object_get_int64(
		json_object_object_get(job.payload, "room"));
	arena_defer(job.task->arena, free_json, job.payload);
	if (must_end)
		job.end = JOB_STOPPED;
	if (must_end || !renew(&job, 0)) {
		settle(&run);
	} else if (task_run(job.task, run_body, &run)) {
		log_info("%s %" PRId64 " done", claim->worker->name, job.id);
	} else {
		/* Its end undoes what is open: a transaction, children. */
		snprintf(run.why, sizeof(run.why), "%s", job.task->message);
		json_object_get(job.payload);
		arena_reset(job.task->arena);
		arena_defer(job.task->arena, free_json, job.payload);
		settle(&run);
	}
	arena_reset(job.task->arena);
}

static void keep_claims(struct process *process, struct rows rows)
{
	const struct work_options *options = process->options;

	process->nr_claims = 0;
	for (int i = 0; i < rows.count && i < MAX_BATCH; i++) {
		const struct worker *worker =
			find_worker(options->all, db_int(rows, i, 5));

		if (!worker)
			fail(&process->loop, 500, "no such kind of job: %s",
			     db_text(rows, i, 5));
		process->claims[process->nr_claims++] = (struct claim){
			.worker = worker,
			.id = db_int(rows, i, 0),
			.lease = db_int(rows, i, 1),
			.attempt = (int)db_int(rows, i, 2),
			.max_attempt = (int)db_int(rows, i, 3),
			.payload = db_text(rows, i, 4),
		};
	}
}

static void claim_body(struct task *task, void *arg)
{
	struct process *process = arg;
	const struct worker *worker = process->wanted;

	keep_claims(process,
		    db(task, "job/claim", db_number(task, worker->kind),
		       db_number(task, worker->batch), process->name,
		       db_number(task, worker->lease)));
}

static void claim_one_body(struct task *task, void *arg)
{
	struct process *process = arg;

	keep_claims(process, db(task, "job/claim-one",
				db_number(task, process->options->job_id),
				process->name, "60"));
}

static bool try(struct process *process, void (*body)(struct task *, void *))
{
	arena_reset(process->loop.arena);
	if (task_run(&process->loop, body, process))
		return true;
	log_warning("%s", process->loop.message);
	return false;
}

static int run_claims(struct process *process)
{
	for (int i = 0; i < process->nr_claims; i++)
		run_claim(process, &process->claims[i]);
	return process->nr_claims;
}

/* Jobs that were run; -1: the database is away. */
static int run_kinds(struct process *process)
{
	const struct worker *const *kind = process->options->kinds;
	int nr = 0;

	for (; *kind && !must_end; kind++) {
		process->wanted = *kind;
		if (!try(process, claim_body))
			return -1;
		nr += run_claims(process);
	}
	return nr;
}

static void timed_body(struct task *task, void *arg)
{
	struct process *process = arg;
	const struct worker *worker = process->wanted;
	json_object *payload = json_object_new_object();

	arena_defer(task->arena, free_json, payload);
	job_insert(task, worker->kind, payload,
		   (struct job_options){ .uniq = worker->name,
					 .delay = worker->every });
	if (process->options->once)
		db(task, "job/due", worker->name);
}

static void reap_body(struct task *task, void *arg)
{
	struct process *process = arg;
	struct rows rows;

	db_begin(task);
	rows = db_query(task, "job/reap", 0, NULL);
	for (int i = 0; i < rows.count; i++) {
		const struct worker *worker =
			find_worker(process->options->all, db_int(rows, i, 1));
		json_object *payload = json_tokener_parse(db_text(rows, i, 2));

		arena_defer(task->arena, free_json, payload);
		log_warning("job %s is dead: its workers died",
			    db_text(rows, i, 0));
		if (worker && worker->dead)
			worker->dead(task, payload, db_text(rows, i, 3));
	}
	db_commit(task);
}

static void promote_body(struct task *task, void *arg)
{
	(void)arg;
	db_query(task, "job/promote", 0, NULL);
}

static bool insert_timed(struct process *process)
{
	const struct worker *const *kind = process->options->kinds;
	bool ok = true;

	for (; *kind; kind++) {
		process->wanted = *kind;
		if ((*kind)->every && !try(process, timed_body))
			ok = false;
	}
	return ok;
}

/* What any worker does for all of them, now and then. */
static bool maintain(struct process *process)
{
	int64_t now = now_ms();
	bool ok = true;

	if (now >= process->reap_at) {
		process->reap_at = now + jitter(REAP_MS);
		ok = try(process, reap_body) && insert_timed(process);
	}
	if (now >= process->promote_at) {
		process->promote_at = now + jitter(POLL_MS);
		ok = try(process, promote_body) && ok;
	}
	return ok;
}

static void wait_for_work(struct process *process)
{
	if (poll(process->sockets, process->nr_sockets, (int)jitter(POLL_MS)) <=
	    0)
		return;
	for (nfds_t i = 0; i < process->nr_sockets; i++)
		if (process->sockets[i].revents)
			wake_drain(&process->wakes[i]);
}

/* Without a socket the worker still polls: no reason to refuse to run. */
static void open_socket(struct process *process, const struct worker *worker)
{
	nfds_t i = process->nr_sockets;
	struct wake *wake = &process->wakes[i];

	if (!wake_open(wake, process->options->conf->wake_dir, worker->name))
		return;
	process->sockets[i] =
		(struct pollfd){ .fd = wake->fd, .events = POLLIN };
	process->nr_sockets++;
}

static void close_sockets(struct process *process)
{
	for (nfds_t i = 0; i < process->nr_sockets; i++)
		wake_close(&process->wakes[i]);
}

static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal };

	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static struct task make_task(const struct work_options *options, struct db *db)
{
	return (struct task){ .arena = arena_new(ARENA_MAX),
			      .db = db,
			      .conf = options->conf };
}

static void serve(struct process *process)
{
	const struct worker *const *kind = process->options->kinds;

	for (; *kind && process->nr_sockets < MAX_KINDS; kind++)
		open_socket(process, *kind);
	sd_notify(0, "READY=1");
	while (!must_end) {
		sd_notify(0, "WATCHDOG=1");
		maintain(process);
		if (run_kinds(process) <= 0 && !must_end)
			wait_for_work(process);
	}
	sd_notify(0, "STOPPING=1");
	close_sockets(process);
}

/* Reaping comes first, so that --once finds what a dead worker left. */
static int serve_once(struct process *process)
{
	int nr;

	if (process->options->job_id) {
		if (!try(process, claim_one_body))
			return 1;
		if (!run_claims(process))
			log_error("no job %" PRId64 " that can be run",
				  process->options->job_id);
		return process->nr_claims ? 0 : 1;
	}
	do {
		process->promote_at = 0;
		if (!maintain(process))
			return 1;
		nr = run_kinds(process);
	} while (nr > 0 && !must_end);
	return nr < 0;
}

int work(const struct work_options *options)
{
	static struct process process;
	char host[64] = "";
	int status = 0;

	catch_signals();
	gethostname(host, sizeof(host) - 1);
	snprintf(process.name, sizeof(process.name), "%s:%d", host,
		 (int)getpid());
	process.options = options;
	process.db = db_new(options->conf, "worker");
	process.loop = make_task(options, process.db);
	process.task = make_task(options, process.db);
	process.lease = make_task(options, process.db);
	if (options->once || options->job_id)
		status = serve_once(&process);
	else
		serve(&process);
	arena_free(process.lease.arena);
	arena_free(process.task.arena);
	arena_free(process.loop.arena);
	db_free(process.db);
	return status;
}

int work_alone(const struct work_options *options,
	       int (*run)(const struct work_options *))
{
	int status;

	catch_signals();
	sd_notify(0, "READY=1");
	status = run(options);
	sd_notify(0, "STOPPING=1");
	return status;
}
