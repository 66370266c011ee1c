/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Inboxes of thousands of servers for bench/deliver: every address of
 * 127.0.0.0/8 at one port takes all it gets (202), but 127.9.0.0/16, where
 * nothing is ever answered. At SIGTERM it prints how many requests it took and
 * the seconds from the first to the last.
 *
 *	bench/sink PORT
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "bug.h"

#define CONNECTIONS 65536
#define EVENTS 256
#define ANSWER "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"

static struct {
	size_t left; /* bytes of a body that has not come whole */
	size_t len;
	char head[4096];
} * connections[CONNECTIONS];

static volatile sig_atomic_t must_end;
static long nr_requests;
static double first, last;

static void on_signal(int number)
{
	(void)number;
	must_end = 1;
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static bool is_mute(int fd)
{
	struct sockaddr_in address;
	socklen_t len = sizeof(address);

	getsockname(fd, (struct sockaddr *)&address, &len);
	return (ntohl(address.sin_addr.s_addr) >> 16 & 0xff) == 9;
}

static void answer(int fd)
{
	last = now();
	if (!nr_requests++)
		first = last;
	if (write(fd, ANSWER, strlen(ANSWER)) < 0)
		perror("write");
}

/* Header lines, then a body of Content-Length bytes. */
static void take(int fd, const char *bytes, size_t len)
{
	typeof(connections[fd]) c = connections[fd];
	const char *length;
	char *end;
	size_t rest;

	if (c->len + len >= sizeof(c->head))
		BUG("a request of more than %zu bytes", sizeof(c->head));
	memcpy(c->head + c->len, bytes, len);
	c->len += len;
	c->head[c->len] = '\0';
	end = strstr(c->head, "\r\n\r\n");
	if (!end)
		return;
	length = strcasestr(c->head, "\r\nContent-Length:");
	c->left = length ? strtoul(length + 17, NULL, 10) : 0;
	rest = c->len - (size_t)(end + 4 - c->head);
	c->len = 0;
	c->left -= rest < c->left ? rest : c->left;
	if (!c->left)
		answer(fd);
}

static void hang_up(int fd)
{
	free(connections[fd]);
	connections[fd] = NULL;
	close(fd);
}

static void read_from(int fd)
{
	char bytes[4000];
	ssize_t len = read(fd, bytes, sizeof(bytes));
	typeof(connections[fd]) c = connections[fd];

	if (len < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (len <= 0) {
		hang_up(fd);
	} else if (!is_mute(fd) && !c->left) {
		take(fd, bytes, (size_t)len);
	} else if (c->left) {
		c->left -= (size_t)len < c->left ? (size_t)len : c->left;
		if (!c->left)
			answer(fd);
	}
}

static void add(int epoll, int fd)
{
	struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

	if (fd >= CONNECTIONS || epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event))
		BUG("too many connections");
	connections[fd] = calloc(1, sizeof(*connections[fd]));
	if (!connections[fd])
		BUG("out of memory");
}

static int listen_at(int port)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	int yes = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) ||
	    listen(fd, 4096))
		BUG("port %d: %s", port, strerror(errno));
	return fd;
}

static void serve(int epoll, int listener)
{
	struct epoll_event events[EVENTS];
	int nr = epoll_wait(epoll, events, EVENTS, 1000);

	for (int i = 0; i < nr; i++) {
		int fd = events[i].data.fd;

		if (fd != listener) {
			read_from(fd);
			continue;
		}
		while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0)
			add(epoll, fd);
	}
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = on_signal };
	struct rlimit files;
	int epoll = epoll_create1(0);
	int listener;

	if (argc != 2)
		return 64;
	sigaction(SIGTERM, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	listener = listen_at((int)strtol(argv[1], NULL, 10));
	add(epoll, listener);
	while (!must_end)
		serve(epoll, listener);
	printf("%ld %.3f\n", nr_requests, last - first);
	return 0;
}
