/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Comments as other servers ask for them, by their ids. */
#include <string.h>

#include "db.h"
#include "handlers.h"
#include "note.h"
#include "reply.h"
#include "signed_request.h"

#define CACHE_SECONDS 5
#define ID_MAX INT64_C(1000000000000000000)
#define TYPE "application/activity+json; charset=utf-8"

static void answer(struct request *request, const char *as_activity)
{
	static const struct param video = { .name = "id",
					    .type = PARAM_VIDEO,
					    .required = true };
	struct task *task = request->task;
	struct rows rows;
	const char *document;

	signed_access(request);
	rows = db(task, "ap/note", request_declared(request, &video),
		  db_number(task,
			    request_int(request, "commentId", 1, ID_MAX, 0)),
		  as_activity);
	if (!rows.count)
		fail(task, 404, "There is no such comment.");
	if (db_text(rows, 0, 2)) {
		reply_header(request, "Location", db_text(rows, 0, 2));
		reply_empty(request, 302);
		return;
	}
	document =
		note_render(task, db_text(rows, 0, 0), db_length(rows, 0, 0));
	reply_bytes(request, db_bool(rows, 0, 1) ? 410 : 200, TYPE, document,
		    strlen(document));
}

static void show_note(struct request *request)
{
	answer(request, "false");
}

static void show_create(struct request *request)
{
	answer(request, "true");
}

#define GET(path, function) \
	{ \
		.method = "GET", \
		.pattern = "/videos/watch/:id/comments/:commentId" path, \
		.kind = ROUTE_HANDLER, .handler = function, .type = TYPE, \
		.cache = CACHE_SECONDS \
	}

const struct route ap_note_routes[] = { GET("", show_note),
					GET("/activity", show_create),
					{ 0 } };
