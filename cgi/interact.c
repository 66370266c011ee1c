/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * /interact: the way from a page of ours to a stranger's own server, which
 * says by WebFinger where its people go with our URL. It is a page that goes
 * there, since our Content-Security-Policy lets no form be answered by another
 * site.
 */
#include "csrf.h"
#include "db.h"
#include "handlers.h"
#include "job.h"
#include "json.h"
#include "lookup.h"
#include "reply.h"
#include "throttle.h"

#define ASK_SECONDS 8
#define PATH_MAX_BYTES 400
#define HANDLE_MAX 400

static void add_text(json_object *document, const char *key, const char *text)
{
	json_object_object_add(document, key, json_object_new_string(text));
}

/* What the page of ours is about, for the form. */
static json_object *object(struct request *request)
{
	struct rows rows = db(request->task, "page/interact",
			      request_text(request, "path", 1, PATH_MAX_BYTES));

	if (!rows.count)
		fail(request->task, 404, "There is nothing at this address.");
	return json_load(request->task, db_text(rows, 0, 0),
			 db_length(rows, 0, 0));
}

static void show_form(struct request *request, json_object *document,
		      int status)
{
	add_text(document, "csrf", csrf_token(request));
	reply_page(request, status, "page/interact", json_object_get(document));
}

static void ask(struct request *request)
{
	show_form(request, object(request), 200);
}

/* The page of the handle's server for our URL, or NULL. */
static const char *way(struct request *request, const char *handle,
		       const char *url)
{
	struct task *task = request->task;
	struct rows rows = db(task, "user/interact-begin", handle);
	int64_t job = rows.count ? db_int(rows, 0, 0) : 0;

	if (!job)
		return NULL;
	job_wake(task, JOB_fetch);
	lookup_wait(task, job, ASK_SECONDS);
	return db_text(db(task, "user/interact-url", handle, url), 0, 0);
}

static void send_home(struct request *request)
{
	json_object *document = object(request);
	const char *handle = request_text(request, "handle", 1, HANDLE_MAX);
	const char *to;

	throttle_lookup(request);
	to = way(request, handle, json_text(document, "address"));
	add_text(document, "handle", handle);
	if (!to) {
		json_object_object_add(document, "isUnknown",
				       json_object_new_boolean(true));
		show_form(request, document, 422);
		return;
	}
	add_text(document, "to", to);
	reply_header(request, "Cache-Control", "no-store");
	reply_page(request, 200, "page/interact-go", json_object_get(document));
}

const struct route interact_routes[] = { { .method = "GET",
					   .pattern = "/interact",
					   .kind = ROUTE_HANDLER,
					   .viewer = VIEWER_OPTIONAL,
					   .handler = ask },
					 { .method = "POST",
					   .pattern = "/interact",
					   .kind = ROUTE_HANDLER,
					   .viewer = VIEWER_OPTIONAL,
					   .handler = send_home,
					   .body = BODY_FORM,
					   .csrf = true },
					 { 0 } };
