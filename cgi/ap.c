/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cardume-ap: ActivityPub documents and inboxes, WebFinger, NodeInfo,
 * host-meta. */
#include <string.h>

#include "db.h"
#include "handlers.h"
#include "reply.h"
#include "serve.h"
#include "signed_request.h"

#define PATH_MAX_BYTES 1900

/* What is another server's is asked for there; what was here and is gone says
 * so, for others to forget it. */
static bool answer_missing(struct request *request)
{
	struct rows rows;

	if (strcmp(request->method, "GET") != 0 ||
	    strlen(request->path) > PATH_MAX_BYTES)
		return false;
	rows = db(request->task, "ap/elsewhere", request->path);
	if (db_text(rows, 0, 0)) {
		reply_header(request, "Location", db_text(rows, 0, 0));
		reply_empty(request, 302);
	} else if (db_text(rows, 0, 1)) {
		reply_bytes(request, 410,
			    "application/activity+json; charset=utf-8",
			    db_text(rows, 0, 1), db_length(rows, 0, 1));
	}
	return db_text(rows, 0, 0) || db_text(rows, 0, 1);
}

int main(int argc, char **argv)
{
	static const char *const queries_served[] = { "ap/", NULL };
	static const struct route *const handlers[] = { ap_note_routes,
							diaspora_routes,
							inbox_routes, NULL };
	static const struct program program = {
		.name = "ap",
		.face = FACE_API,
		.query_prefixes = queries_served,
		.handlers = handlers,
		.missing = answer_missing,
		.before_query = signed_access,
	};

	return serve(argc, argv, &program);
}
