/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "serve.h"

#include <fcgiapp.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

#include "bug.h"
#include "conf.h"
#include "config.h"
#include "db.h"
#include "job.h"
#include "json.h"
#include "log.h"
#include "openapi.h"
#include "reply.h"
#include "request_private.h"
#include "route_table.h"
#include "scope.h"
#include "throttle.h"

#define ARENA_CEILING ((size_t)16 * 1024 * 1024)
#define HEADERS_MAX ((size_t)16 * 1024)

static struct route_table table;

static void wake_jobs(struct request *request)
{
	for (unsigned queue = 0; request->route->wakes >> queue; queue++)
		if (request->route->wakes >> queue & 1)
			job_wake(request->task, (enum job_kind)queue);
}

static void answer_query(struct request *request)
{
	struct rows rows;

	if (request->program->before_query)
		request->program->before_query(request);
	rows = request_query(request, request->route->query_name);
	wake_jobs(request);
	if (request->route->status == 204)
		reply_empty(request, 204);
	else
		reply_bytes(request, 200, request->route->type,
			    db_text(rows, 0, 0), db_length(rows, 0, 0));
}

static void answer_page(struct request *request)
{
	json_object *document = NULL;

	if (request->route->query_name) {
		struct rows rows =
			request_query(request, request->route->query_name);

		document = json_object_get(json_load(request->task,
						     db_text(rows, 0, 0),
						     db_length(rows, 0, 0)));
	}
	reply_page(request, 200, request->route->template_name, document);
}

static void find_route(struct request *request)
{
	struct request_private *private = request->private;

	switch (route_find(&table, request->method, request->path,
			   &private->match)) {
	case ROUTE_FOUND: request->route = private->match.route; return;
	case ROUTE_OTHER_METHOD:
		fail(request->task, 405, "This address does not take %s.",
		     request->method);
	case ROUTE_UNKNOWN: break;
	}
	fail(request->task, 404, "There is nothing at this address.");
}

static void check_viewer(struct request *request)
{
	const struct route *route = request->route;
	const struct viewer *viewer = &request->viewer;

	if (route->viewer == VIEWER_NONE)
		return;
	for (void (*const *identify)(struct request *) =
		     request->program->identify;
	     identify && *identify; identify++)
		if (!viewer->id)
			(*identify)(request);
	if (viewer->id)
		scope_check(request);
	if (route->viewer == VIEWER_OPTIONAL)
		return;
	if (!viewer->id)
		fail(request->task, 401, "Please sign in first.");
	if ((route->viewer == VIEWER_ADMIN && viewer->role != ROLE_ADMIN) ||
	    (route->viewer == VIEWER_MODERATOR &&
	     viewer->role > ROLE_MODERATOR))
		fail(request->task, 403, "You may not do this.");
}

static void answer(struct task *task, void *arg)
{
	struct request *request = arg;

	(void)task;
	find_route(request);
	check_viewer(request);
	if (request->route->csrf && request->program->check_csrf)
		request->program->check_csrf(request);
	switch (request->route->kind) {
	case ROUTE_QUERY: answer_query(request); break;
	case ROUTE_PAGE: answer_page(request); break;
	case ROUTE_HANDLER: request->route->handler(request); break;
	}
	if (!request->reply->is_given)
		BUG("no reply on %s %s", request->method, request->path);
}

static void answer_failure(struct task *task, void *arg)
{
	struct request *request = arg;
	const char *code = request->private->failed.code;

	if (request->private->failed.status == 404 &&
	    request->program->missing && request->program->missing(request))
		return;
	if (code && !strcmp(code, "incorrect_video_password"))
		throttle_wrong_password(request);
	reply_failure(request);
}

/* Even the error page failed: a line of text is left. */
static void answer_plainly(struct request *request, int status)
{
	static const char text[] = "Something went wrong.\n";

	memset(request->reply, 0, sizeof(*request->reply));
	request->reply->headers = buf_make(request->task->arena, HEADERS_MAX);
	reply_bytes(request, status, "text/plain; charset=utf-8", text,
		    sizeof(text) - 1);
}

static void fill_request(struct request *request)
{
	const char *method = request_variable(request, "REQUEST_METHOD");
	const char *path = request_variable(request, "DOCUMENT_URI");
	const char *query = request_variable(request, "QUERY_STRING");
	const char *address = request_variable(request, "REMOTE_ADDR");

	request->method = method ? method : "GET";
	request->path = path ? path : "/";
	request->query_string = query ? query : "";
	request->address = address ? address : "0.0.0.0";
	request->is_tls = request_variable(request, "HTTPS") != NULL;
	request->viewer.role = ROLE_USER;
}

static double milliseconds_since(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - start->tv_sec) * 1e3 +
	       (double)(now.tv_nsec - start->tv_nsec) / 1e6;
}

/* Failures of ours and refusals are logged; nginx has the access log. */
static void log_request(const struct request *request,
			const struct timespec *start)
{
	const struct task *task = &request->private->failed;

	if (task->status >= 500)
		log_error("%s %s %d %.1fms %s", request->method, request->path,
			  task->status, milliseconds_since(start),
			  task->message);
	else if (task->status)
		log_info("%s %s %d %s", request->method, request->path,
			 task->status, task->message);
}

static void serve_one(struct task *task, const struct program *program,
		      FCGX_Request *fcgi)
{
	struct request_private private = { .fcgi = fcgi };
	struct reply reply = { .headers = buf_make(task->arena, HEADERS_MAX) };
	struct request request = { .task = task,
				   .program = program,
				   .reply = &reply,
				   .private = &private };
	struct timespec start;

	clock_gettime(CLOCK_MONOTONIC, &start);
	fill_request(&request);
	if (!task_run(task, answer, &request)) {
		private.failed = *task;
		log_request(&request, &start);
		db_rollback(task);
		if (!task_run(task, answer_failure, &request))
			answer_plainly(&request, private.failed.status);
	}
	reply_send(&request);
}

static void serve_all(struct task *task, const struct program *program)
{
	FCGX_Request fcgi;

	if (FCGX_Init() || FCGX_InitRequest(&fcgi, 0, 0))
		BUG("FCGX_InitRequest");
	for (int i = 0; i < task->conf->request_limit; i++) {
		if (FCGX_Accept_r(&fcgi) < 0)
			break;
		serve_one(task, program, &fcgi);
		FCGX_Finish_r(&fcgi);
		arena_reset(task->arena);
	}
}

static void usage(const struct program *program)
{
	printf("usage: cardume-%s [--routes | --openapi | --version | "
	       "--help]\n"
	       "A FastCGI program: start it with a listening Unix socket as\n"
	       "file descriptor 0. See cardume-%s(8).\n",
	       program->name, program->name);
}

int serve(int argc, char **argv, const struct program *program)
{
	struct task task = { 0 };

	log_open(program->name);
	route_table_fill(&table, program);
	if (argc > 1 && !strcmp(argv[1], "--routes")) {
		route_table_print(&table);
		return 0;
	}
	if (argc > 1 && !strcmp(argv[1], "--openapi")) {
		openapi_print(&table);
		return 0;
	}
	if (argc > 1 && !strcmp(argv[1], "--version")) {
		printf("cardume-%s %s\n", program->name, PACKAGE_VERSION);
		return 0;
	}
	if (argc > 1) {
		usage(program);
		return strcmp(argv[1], "--help") ? EX_USAGE : 0;
	}
	task.conf = conf_load(NULL);
	task.db = db_new(task.conf, program->name);
	task.arena = arena_new(ARENA_CEILING);
	serve_all(&task, program);
	arena_free(task.arena);
	db_free(task.db);
	return 0;
}
