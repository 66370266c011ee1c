/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Children: how they end, what is kept of what they say, what they inherit. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "tap.h"

static const char *const *shell(struct task *task, const char *script)
{
	const char **argv = arena_array(task->arena, 4, sizeof(*argv));

	argv[0] = "/bin/sh";
	argv[1] = "-c";
	argv[2] = script;
	return argv;
}

static struct child_result run(struct task *task, const char *script,
			       struct child child)
{
	struct child_result result;

	child.argv = shell(task, script);
	child.max_output = 10000;
	child_run(task, &child, &result);
	return result;
}

static void test_ends(struct task *task)
{
	static const char *const nothing[] = { "/nonexistent", NULL };
	struct child child = { .argv = nothing };
	struct child_result result;

	result = run(task, "echo out; echo err >&2", (struct child){ 0 });
	ok(child_ok(&result), "exits with 0");
	ok(!strcmp(result.output, "out\n"), "standard output");
	ok(!strcmp(result.errors, "err\n"), "standard error");
	result = run(task, "exit 3", (struct child){ 0 });
	ok(!child_ok(&result) && result.end == CHILD_EXITED &&
		   result.status == 3,
	   "exits with 3");
	result = run(task, "kill -SEGV $$", (struct child){ 0 });
	ok(result.end == CHILD_SIGNALLED && result.status == SIGSEGV,
	   "dies of a signal");
	child_run(task, &child, &result);
	ok(result.status == 127, "a program that is not there");
}

static void test_bounds(struct task *task)
{
	struct child_result result;

	result = run(task,
		     "i=0; while [ $i -lt 20000 ]; do "
		     "echo $i >&2; echo $i; i=$((i+1)); done",
		     (struct child){ 0 });
	ok(result.output_len == 10000, "output is cut at its maximum");
	ok(strlen(result.errors) == 4096, "4 KiB of errors are kept");
	ok(!strcmp(result.errors + 4090, "19999\n"), "the last ones");
}

static void test_time(struct task *task)
{
	struct child_result result;

	result = run(task, "sleep 60", (struct child){ .wall_seconds = 1 });
	ok(result.end == CHILD_TOO_LONG, "a deadline");
	result = run(task, "trap '' TERM; while :; do sleep 1; done",
		     (struct child){ .silent_seconds = 1 });
	ok(result.end == CHILD_SILENT, "silence; one that ignores SIGTERM");
	result = run(task, "while :; do echo .; sleep 0.2; done",
		     (struct child){ .silent_seconds = 1, .wall_seconds = 3 });
	ok(result.end == CHILD_TOO_LONG, "output is a sign of life");
}

static bool stop(void *ctx)
{
	return --*(int *)ctx > 0;
}

static void test_tick(struct task *task)
{
	int ticks = 2;
	struct child_result result;

	result = run(task, "sleep 60",
		     (struct child){ .on_tick = stop, .ctx = &ticks });
	ok(result.end == CHILD_STOPPED && ticks == 0, "stopped by its owner");
}

/* Nothing of ours: environment, descriptors, input; and its own session. */
static void test_inherits(struct task *task)
{
	int fd = open("/dev/null", O_RDONLY);
	struct child_result result;

	setenv("SECRET", "do not tell", 1);
	result = run(task, "env", (struct child){ 0 });
	ok(!strstr(result.output, "SECRET"), "no environment");
	result = run(task, "ls /proc/self/fd | tr -d '\\n'",
		     (struct child){ 0 });
	ok(fd > 2 && !strcmp(result.output, "0123"),
	   "three descriptors (and that of ls): %s", result.output);
	result = run(task, "wc -c", (struct child){ 0 });
	ok(strtol(result.output, NULL, 10) == 0, "nothing on standard input");
	result = run(task, "[ $(cut -d' ' -f6 /proc/$$/stat) = $$ ]",
		     (struct child){ 0 });
	ok(child_ok(&result), "leads its session");
	result = run(task, "grep -q 'NoNewPrivs:.1' /proc/$$/status",
		     (struct child){ 0 });
	ok(child_ok(&result), "gains no privileges");
	close(fd);
}

static void test_limits(struct task *task)
{
	struct child_result result;

	result = run(task,
		     "ulimit -f; ulimit -t; ulimit -n; ulimit -c; "
		     "ulimit -v",
		     (struct child){ .file_size = 1 << 20,
				     .cpu_seconds = 7,
				     .open_files = 17,
				     .address_space = 1 << 30 });
	ok(!strcmp(result.output, "2048\n7\n17\n0\n1048576\n"), "limits");
	result = run(task, "while :; do :; done",
		     (struct child){ .cpu_seconds = 1, .wall_seconds = 30 });
	ok(result.end == CHILD_SIGNALLED, "a loop ends with its CPU time");
}

static void test_grandchildren(struct task *task)
{
	struct child_result result;
	pid_t pid;

	result = run(task, "sleep 60 >/dev/null 2>&1 & echo $!",
		     (struct child){ 0 });
	pid = (pid_t)strtol(result.output, NULL, 10);
	for (int i = 0; i < 50 && !kill(pid, 0); i++)
		usleep(100000);
	ok(kill(pid, 0) && errno == ESRCH, "what it left behind ends too");
}

static bool fail_in_tick(void *ctx)
{
	fail(ctx, 500, "enough");
}

static void failing(struct task *task, void *arg)
{
	(void)arg;
	run(task, "echo $$ >&2; exec sleep 60",
	    (struct child){ .on_tick = fail_in_tick, .ctx = task });
}

static void test_failure(struct task *task)
{
	bool returned = task_run(task, failing, NULL);

	arena_reset(task->arena);
	ok(!returned, "the task failed");
	ok(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD,
	   "and its child is gone with it");
}

static void all(struct task *task, void *arg)
{
	(void)arg;
	test_ends(task);
	test_bounds(task);
	test_time(task);
	test_tick(task);
	test_inherits(task);
	test_limits(task);
	test_grandchildren(task);
}

int main(void)
{
	struct task task = { .arena = arena_new(16 << 20) };

	ok(task_run(&task, all, NULL), "no failure: %s", task.message);
	test_failure(&task);
	arena_free(task.arena);
	return tap_done();
}
