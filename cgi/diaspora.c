/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What pods of diaspora* send: kept as it came, for job `diaspora`. Nothing of
 * it is opened here, so that an answer says nothing about what is in it.
 */
#include "db.h"
#include "handlers.h"
#include "reply.h"
#include "request_private.h"

#define BODY_MAX ((size_t)60 * 1000)
#define RETRY_SECONDS 300

static void take(struct request *request, const char *guid, const char *type)
{
	struct task *task = request->task;
	int status;

	if (!request_has_type(request, type))
		fail(task, 415, "The body should be %s.", type);
	request_read_body(request);
	if (!request->private->body_len)
		fail(task, 400, "The body is empty.");
	status = (int)db_int(
		db(task, "ap/diaspora-receive", guid, request->private->body),
		0, 0);
	if (status == 503)
		task->retry_after = RETRY_SECONDS;
	if (status != 202)
		fail(task, status, "It is not taken.");
	reply_empty(request, 202);
}

static void receive_public(struct request *request)
{
	take(request, NULL, "application/magic-envelope+xml");
}

static void receive_private(struct request *request)
{
	take(request, request_param(request, "guid"), "application/json");
}

#define RECEIVE(path, function) \
	{ \
		.method = "POST", .pattern = (path), .kind = ROUTE_HANDLER, \
		.handler = (function), .body = BODY_ANY, .max_body = BODY_MAX \
	}

const struct route diaspora_routes[] = {
	RECEIVE("/receive/public", receive_public),
	RECEIVE("/receive/users/:guid", receive_private),
	{ 0 },
};
