/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buf.h"

#define TAIL 4096
#define TICK_MS 1000
#define GRACE_MS 2000

struct running {
	const struct child *child;
	struct child_result result;
	struct buf output;
	pid_t pid; /* 0 when reaped */
	int pidfd;
	int out;
	int err;
	int64_t started;
	int64_t alive_at;
	int64_t killed_at; /* 0: not yet told to end */
	size_t tail_len;
	char tail[2 * TAIL];
};

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void reap(struct running *running)
{
	siginfo_t info = { .si_pid = 0 };

	if (!running->pid)
		return;
	while (waitid(P_PID, (id_t)running->pid, &info, WEXITED) &&
	       errno == EINTR)
		;
	running->result.status = info.si_status;
	if (running->result.end == CHILD_EXITED && info.si_code != CLD_EXITED)
		running->result.end = CHILD_SIGNALLED;
	/* What it left behind in its session goes too. */
	kill(-running->pid, SIGKILL);
	running->pid = 0;
}

/* The arena's end, whatever it is that ended the task. */
static void destroy(void *ctx)
{
	struct running *running = ctx;

	if (running->pid) {
		kill(-running->pid, SIGKILL);
		kill(running->pid, SIGKILL);
		reap(running);
	}
	close_fd(&running->pidfd);
	close_fd(&running->out);
	close_fd(&running->err);
}

static void limit(int resource, int64_t value)
{
	struct rlimit both = { (rlim_t)value, (rlim_t)value };

	if (value > 0)
		setrlimit((__rlimit_resource_t)resource, &both);
}

static void set_limits(const struct child *child)
{
	struct rlimit none = { 0, 0 };

	limit(RLIMIT_CPU, child->cpu_seconds);
	limit(RLIMIT_AS, child->address_space);
	limit(RLIMIT_FSIZE, child->file_size);
	limit(RLIMIT_NOFILE, child->open_files);
	setrlimit(RLIMIT_CORE, &none);
}

/* Between fork() and exec: only what is safe after a fork. */
static _Noreturn void become(const struct child *child, pid_t parent, int out,
			     int err)
{
	static const char *const environment[] = { "PATH=/usr/bin:/bin",
						   "LANG=C.UTF-8", "HOME=/",
						   NULL };
	sigset_t all;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
	setsid();
	sigemptyset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	signal(SIGPIPE, SIG_DFL);
	/* A full file is then an error of write(), which is reported. */
	signal(SIGXFSZ, SIG_IGN);
	if (dup2(open("/dev/null", O_RDONLY), 0) < 0 || dup2(out, 1) < 0 ||
	    dup2(err, 2) < 0)
		_exit(127);
	close_range(3, ~0u, 0);
	if (child->directory && chdir(child->directory))
		_exit(127);
	set_limits(child);
	if (child->nice && nice(child->nice) == -1)
		errno = 0;
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	execve(child->argv[0], (char *const *)(const void *)child->argv,
	       (char *const *)(const void *)environment);
	_exit(127);
}

static void start(struct task *task, struct running *running)
{
	pid_t parent = getpid();
	int out[2], err[2];

	if (pipe2(out, O_CLOEXEC))
		fail(task, 500, "Cannot start a program.");
	if (pipe2(err, O_CLOEXEC)) {
		close(out[0]);
		close(out[1]);
		fail(task, 500, "Cannot start a program.");
	}
	running->out = out[0];
	running->err = err[0];
	running->pid = fork();
	if (!running->pid)
		become(running->child, parent, out[1], err[1]);
	close(out[1]);
	close(err[1]);
	if (running->pid < 0) {
		running->pid = 0;
		fail(task, 500, "Cannot start a program.");
	}
	running->pidfd = (int)syscall(SYS_pidfd_open, running->pid, 0);
	if (running->pidfd < 0)
		fail(task, 500, "Cannot watch a program.");
}

static void keep_tail(struct running *running, const char *text, size_t len)
{
	if (len > TAIL) {
		text += len - TAIL;
		len = TAIL;
	}
	if (running->tail_len + len > sizeof(running->tail)) {
		size_t drop = running->tail_len - (TAIL - len);

		memmove(running->tail, running->tail + drop, TAIL - len);
		running->tail_len = TAIL - len;
	}
	memcpy(running->tail + running->tail_len, text, len);
	running->tail_len += len;
}

static void take_output(struct running *running, const char *text, size_t len)
{
	const struct child *child = running->child;
	size_t room = child->max_output - running->output.len;

	if (child->on_output) {
		if (child->on_output(child->ctx, text, len))
			running->alive_at = now_ms();
		return;
	}
	running->alive_at = now_ms();
	buf_add(&running->output, text, len < room ? len : room);
}

/* One read; closes the descriptor at its end. */
static void take(struct running *running, int *fd)
{
	char bytes[4096];
	ssize_t len = read(*fd, bytes, sizeof(bytes));

	if (len < 0 && errno == EINTR)
		return;
	if (len <= 0)
		close_fd(fd);
	else if (fd == &running->out)
		take_output(running, bytes, (size_t)len);
	else
		keep_tail(running, bytes, (size_t)len);
}

static void end(struct running *running, enum child_end why)
{
	if (running->killed_at)
		return;
	running->result.end = why;
	running->killed_at = now_ms();
	kill(-running->pid, SIGTERM);
}

static void tick(struct running *running)
{
	const struct child *child = running->child;
	int64_t now = now_ms();

	if (running->killed_at) {
		if (now - running->killed_at >= GRACE_MS)
			kill(-running->pid, SIGKILL);
		return;
	}
	if (child->on_tick && !child->on_tick(child->ctx))
		end(running, CHILD_STOPPED);
	else if (child->wall_seconds &&
		 now - running->started > child->wall_seconds * 1000LL)
		end(running, CHILD_TOO_LONG);
	else if (child->silent_seconds &&
		 now - running->alive_at > child->silent_seconds * 1000LL)
		end(running, CHILD_SILENT);
}

static void watch(struct running *running)
{
	int64_t ticked = now_ms();

	for (;;) {
		struct pollfd fds[] = {
			{ .fd = running->pidfd, .events = POLLIN },
			{ .fd = running->out, .events = POLLIN },
			{ .fd = running->err, .events = POLLIN },
		};
		int nr = poll(fds, 3, TICK_MS);

		if (nr <= 0 || now_ms() - ticked >= TICK_MS) {
			tick(running);
			ticked = now_ms();
		}
		if (nr <= 0)
			continue;
		if (fds[1].revents)
			take(running, &running->out);
		if (fds[2].revents)
			take(running, &running->err);
		if (fds[0].revents && !fds[1].revents && !fds[2].revents)
			return;
	}
}

void child_run(struct task *task, const struct child *child,
	       struct child_result *result)
{
	struct running *running = arena_alloc(task->arena, sizeof(*running));

	running->child = child;
	running->output = buf_make(task->arena, child->max_output + 1);
	running->pidfd = running->out = running->err = -1;
	running->started = running->alive_at = now_ms();
	arena_defer(task->arena, destroy, running);
	start(task, running);
	watch(running);
	reap(running);
	destroy(running);
	*result = running->result;
	result->output = running->output.data ? running->output.data : "";
	result->output_len = running->output.len;
	result->errors = arena_strndup(
		task->arena,
		running->tail + (running->tail_len > TAIL ?
					 running->tail_len - TAIL :
					 0),
		running->tail_len > TAIL ? TAIL : running->tail_len);
}

bool child_ok(const struct child_result *result)
{
	return result->end == CHILD_EXITED && result->status == 0;
}
