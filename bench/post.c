/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Posts signed activities to an inbox as fast as it takes them; all are signed
 * before the first is sent. See bench/inbox.
 *
 *	bench/post ORIGIN KEY CONNECTIONS
 *
 * KEY is a file of a private key (PEM), the bodies are lines of standard input:
 * key id, a tab, the activity. Prints how many were sent, the seconds it took,
 * how many of the answers were 202 and what sending took of the processors.
 */
#include <arpa/inet.h>
#include <err.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "http_signature.h"
#include "task.h"

#define MAX 200000

struct message {
	char *bytes;
	size_t len;
};

static struct message messages[MAX];
static size_t nr_messages;

static EVP_PKEY *read_key(const char *path)
{
	static char pem[10000];
	FILE *file = fopen(path, "r");
	EVP_PKEY *key;

	if (!file || fread(pem, 1, sizeof(pem) - 1, file) == 0)
		err(1, "%s", path);
	fclose(file);
	key = signature_private_key(pem);
	if (!key)
		errx(1, "%s: no key", path);
	return key;
}

static void add(struct task *task, struct http_signing *signing)
{
	const char *const *lines = http_sign_draft(task, signing);
	struct message *message = &messages[nr_messages++];
	FILE *out = open_memstream(&message->bytes, &message->len);

	fprintf(out,
		"POST /inbox HTTP/1.1\r\nContent-Type: "
		"application/activity+json\r\nContent-Length: %zu\r\n",
		signing->body_len);
	for (; *lines; lines++)
		fprintf(out, "%s\r\n", *lines);
	fprintf(out, "\r\n%s", signing->body);
	fclose(out);
}

static void sign_all(struct task *task, void *arg)
{
	struct http_signing *signing = arg;
	char *line = NULL;
	size_t room = 0;
	ssize_t len;

	while ((len = getline(&line, &room, stdin)) > 0 && nr_messages < MAX) {
		char *tab = strchr(line, '\t');

		if (!tab)
			errx(1, "no tab in a line");
		line[len - 1] = '\0';
		*tab = '\0';
		signing->key_id = line;
		signing->body = tab + 1;
		signing->body_len = strlen(signing->body);
		signing->now = time(NULL);
		add(task, signing);
	}
	free(line);
}

static int dial(const char *origin)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	const char *port = strrchr(origin, ':');
	int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;

	to.sin_port = htons((uint16_t)strtol(port + 1, NULL, 10));
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)))
		err(1, "%s", origin);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return fd;
}

/* The status of an answer that has no body, or one that fits. */
static int answer(int fd)
{
	char text[16384];
	size_t len = 0;
	ssize_t got;

	do {
		got = read(fd, text + len, sizeof(text) - 1 - len);
		if (got <= 0)
			return 0;
		len += (size_t)got;
		text[len] = '\0';
	} while (!strstr(text, "\r\n\r\n"));
	return (int)strtol(text + strlen("HTTP/1.1 "), NULL, 10);
}

/* One connection, every so manieth message; the number of 202s. */
static void send_some(const char *origin, size_t first, size_t step, int out)
{
	int fd = dial(origin);
	size_t good = 0;

	for (size_t i = first; i < nr_messages; i += step) {
		const struct message *message = &messages[i];

		if (write(fd, message->bytes, message->len) !=
		    (ssize_t)message->len)
			err(1, "write");
		if (answer(fd) == 202)
			good++;
	}
	if (write(out, &good, sizeof(good)) != sizeof(good))
		err(1, "pipe");
	_exit(0);
}

static size_t send_all(const char *origin, size_t connections)
{
	int ends[2];
	size_t sum = 0, good;

	if (pipe(ends))
		err(1, "pipe");
	for (size_t i = 0; i < connections; i++)
		if (!fork())
			send_some(origin, i, connections, ends[1]);
	close(ends[1]);
	while (read(ends[0], &good, sizeof(good)) == sizeof(good))
		sum += good;
	while (wait(NULL) > 0)
		;
	return sum;
}

/* Of the children, which have ended. */
static double processor_seconds(void)
{
	struct rusage used;

	getrusage(RUSAGE_CHILDREN, &used);
	return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
	       (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

int main(int argc, char **argv)
{
	struct task task = { .arena = arena_new((size_t)1 << 30) };
	struct http_signing signing = { .method = "POST" };
	struct timespec start, end;
	size_t good;

	if (argc != 4)
		errx(64, "usage: post ORIGIN KEY CONNECTIONS");
	signing.url = arena_printf(task.arena, "%s/inbox", argv[1]);
	signing.key = read_key(argv[2]);
	if (!task_run(&task, sign_all, &signing))
		errx(1, "%s", task.message);
	clock_gettime(CLOCK_MONOTONIC, &start);
	good = send_all(argv[1], strtoul(argv[3], NULL, 10));
	clock_gettime(CLOCK_MONOTONIC, &end);
	printf("%zu %.3f %zu %.3f\n", nr_messages,
	       (double)(end.tv_sec - start.tv_sec) +
		       (double)(end.tv_nsec - start.tv_nsec) / 1e9,
	       good, processor_seconds());
	return good == nr_messages ? 0 : 1;
}
