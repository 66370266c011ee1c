/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What the viewer is told of, as server-sent events (WHATWG HTML 9.2). An
 * answer holds what is new since the last event and ends, for a handler is
 * short; clients come again after the `retry:` it names, with the header
 * Last-Event-ID. The token is in a header as ever: an EventSource that takes
 * headers is needed, or fetch().
 */
#include <string.h>

#include "db.h"
#include "handlers.h"
#include "reply.h"

#define ID_DIGITS 18

/* NULL: from now on. */
static const char *last_event(struct request *request)
{
	const char *id = request_header(request, "last-event-id");

	if (!id)
		id = request_param(request, "lastEventId");
	if (!id || !*id)
		return NULL;
	if (strlen(id) > ID_DIGITS || id[strspn(id, "0123456789")])
		fail_field(request->task, "lastEventId",
			   "Should be the id of an event");
	return id;
}

static void stream(struct request *request)
{
	struct task *task = request->task;
	struct rows rows =
		db(task, "api/notification-stream",
		   db_number(task, request->viewer.id), last_event(request));

	reply_header(request, "Cache-Control", "no-store");
	reply_bytes(request, 200, "text/event-stream; charset=utf-8",
		    db_text(rows, 0, 0), db_length(rows, 0, 0));
}

static const struct param last_id[] = {
	{ .name = "lastEventId", .type = PARAM_TEXT, .max = ID_DIGITS },
	{ 0 },
};

const struct route notification_routes[] = {
	{ .method = "GET",
	  .pattern = "/api/v1/users/me/notifications/stream",
	  .kind = ROUTE_HANDLER,
	  .viewer = VIEWER_USER,
	  .handler = stream,
	  .type = "text/event-stream",
	  .summary = "Notifications since the last event, as server-sent "
		     "events.",
	  .params = last_id },
	{ 0 },
};
