/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cardume-signal(8): where browsers that share a video find each other. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "bug.h"
#include "conf.h"
#include "config.h"
#include "log.h"
#include "signal_feed.h"
#include "signal_socket.h"

#define TICK_MS 5000
#define TELL_MS 10000
#define DRAIN_MS 5000
#define DRAIN_TICK_MS 50
/* Descriptors besides clients'. */
#define OTHER_FILES 64

struct program {
	uv_loop_t loop;
	struct hub hub;
	struct signal_server *server;
	uv_poll_t feed;
	int feed_fd;
	uv_timer_t tick;
	uv_signal_t signals[2];
	int64_t told_at;
	int64_t drain_until; /* 0: not yet */
	bool is_failed;
};

static void end_loop(struct program *program)
{
	uv_stop(&program->loop);
}

static void on_drain_tick(uv_timer_t *timer)
{
	struct program *program = timer->data;

	if (LIST_EMPTY(&program->hub.guests) ||
	    signal_now() >= program->drain_until)
		end_loop(program);
}

static void drain(struct program *program)
{
	if (program->drain_until)
		return;
	log_info("ends, with %lld sockets",
		 (long long)program->hub.stats.sockets);
	sd_notify(0, "STOPPING=1");
	program->drain_until = signal_now() + DRAIN_MS;
	uv_poll_stop(&program->feed);
	signal_server_drain(program->server);
	uv_timer_start(&program->tick, on_drain_tick, 0, DRAIN_TICK_MS);
}

static void on_signal(uv_signal_t *handle, int number)
{
	(void)number;
	drain(handle->data);
}

/* Clients are let in when it is known what they may ask for. */
static void on_feed(uv_poll_t *poll, int status, int events)
{
	struct program *program = poll->data;
	bool is_listed = false;

	(void)status;
	(void)events;
	if (!signal_feed_read(program->feed_fd, &program->hub, &is_listed)) {
		log_error("the feed has ended");
		program->is_failed = true;
		drain(program);
	} else if (is_listed) {
		signal_server_listen(program->server);
		sd_notify(0, "READY=1");
	}
}

static void on_tick(uv_timer_t *timer)
{
	struct program *program = timer->data;
	const struct signal_stats *stats = &program->hub.stats;
	int64_t now = signal_now();

	hub_sweep(&program->hub, now);
	sd_notifyf(0,
		   "WATCHDOG=1\nSTATUS=%lld sockets, %lld peers in %lld swarms",
		   (long long)stats->sockets, (long long)stats->peers,
		   (long long)stats->swarms);
	if (now - program->told_at < TELL_MS)
		return;
	program->told_at = now;
	signal_feed_tell(program->feed_fd, stats);
}

/* libwebsockets has tables as long as the limit is. */
static void allow_files(int sockets)
{
	rlim_t wanted = (rlim_t)sockets + OTHER_FILES;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		BUG("no limit of files: %m");
	if (limit.rlim_max < wanted) {
		log_warning("only %llu files may be open: fewer sockets than"
			    " signal_sockets says",
			    (unsigned long long)limit.rlim_max);
		wanted = limit.rlim_max;
	}
	if (limit.rlim_cur == wanted)
		return;
	limit.rlim_cur = wanted;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static void start_handles(struct program *program)
{
	static const int numbers[] = { SIGTERM, SIGINT };

	if (uv_poll_init(&program->loop, &program->feed, program->feed_fd) ||
	    uv_timer_init(&program->loop, &program->tick))
		BUG("libuv has no handles");
	program->feed.data = program;
	program->tick.data = program;
	uv_poll_start(&program->feed, UV_READABLE, on_feed);
	uv_timer_start(&program->tick, on_tick, TICK_MS, TICK_MS);
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		uv_signal_init(&program->loop, &program->signals[i]);
		program->signals[i].data = program;
		uv_signal_start(&program->signals[i], on_signal, numbers[i]);
	}
}

static int run(struct program *program, const struct conf *conf)
{
	struct hub_options options = signal_socket_options(conf);

	program->feed_fd = signal_feed_start(conf);
	allow_files(conf->signal_sockets);
	signal(SIGPIPE, SIG_IGN);
	hub_init(&program->hub, &options);
	if (uv_loop_init(&program->loop))
		BUG("libuv has no loop");
	program->server =
		signal_server_new(&program->loop, &program->hub, STDIN_FILENO);
	if (!program->server) {
		log_error("libwebsockets does not start: is its plug-in"
			  " evlib_uv installed, and standard input a listening"
			  " socket?");
		return EX_UNAVAILABLE;
	}
	start_handles(program);
	uv_run(&program->loop, UV_RUN_DEFAULT);
	signal_server_free(program->server);
	close(program->feed_fd);
	return program->is_failed ? EX_UNAVAILABLE : 0;
}

int main(int argc, char **argv)
{
	static struct program program;

	log_open("signal");
	if (argc > 1 && !strcmp(argv[1], "--version")) {
		puts("cardume-signal " PACKAGE_VERSION);
		return 0;
	}
	if (argc > 1) {
		puts("usage: cardume-signal [--version | --help]\n"
		     "Start it with a listening Unix socket as file descriptor"
		     " 0. See cardume-signal(8).");
		return strcmp(argv[1], "--help") ? EX_USAGE : 0;
	}
	return run(&program, conf_load(NULL));
}
