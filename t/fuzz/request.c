/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sources: cgi/request.c lib/url.c lib/utf8.c lib/hex.c lib/json.c */
/* sources: lib/task.c lib/arena.c lib/buf.c */
/* libs: -lfcgi */
/* A request of three lines: cookies, query string and form. */
#include <string.h>

#include "fuzz.h"
#include "request_private.h"
#include "utf8.h"

static void end_of_input(FCGX_Stream *stream)
{
	stream->isClosed = 1;
}

static void check_text(const char *text)
{
	CHECK(!text || utf8_is_text(text, strlen(text)));
}

static void ask(struct task *task, void *arg)
{
	struct request *request = arg;
	const char *values[3];
	const char *cookie = request_cookie(request, "a");
	size_t nr;

	(void)task;
	CHECK(!cookie || !strpbrk(cookie, "; "));
	check_text(request_param(request, "a"));
	nr = request_params(request, "a", values, 3);
	CHECK(nr <= 3);
	while (nr)
		check_text(values[--nr]);
	request_header(request, "cookie");
	request_text(request, "b", 0, 10);
	request_bool(request, "c", true);
	CHECK(request_int(request, "d", -5, 5, 0) <= 5);
}

static void serve(struct task *task, char *lines[3])
{
	static const struct route route = { .body = BODY_FORM };
	char *environment[] = { lines[0],
				"CONTENT_TYPE=application/"
				"x-www-form-urlencoded; a=b",
				NULL };
	FCGX_Stream in = {
		.rdNext = (unsigned char *)lines[2],
		.stop = (unsigned char *)lines[2] + strlen(lines[2]),
		.isReader = 1,
		.fillBuffProc = end_of_input,
	};
	FCGX_Request fcgi = { .in = &in, .envp = environment };
	struct request_private private = { .fcgi = &fcgi };
	struct request request = {
		.task = task,
		.route = &route,
		.query_string = lines[1],
		.private = &private,
	};

	task_run(task, ask, &request);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct task task = { .arena = arena_new((size_t)64 << 20) };
	char *text = arena_strndup(task.arena, (const char *)data, size);
	char *lines[3];
	char empty[] = "";

	for (int i = 0; i < 3; i++)
		lines[i] = text ? strsep(&text, "\n") : empty;
	lines[0] = arena_printf(task.arena, "HTTP_COOKIE=%s", lines[0]);
	serve(&task, lines);
	arena_free(task.arena);
	return 0;
}
