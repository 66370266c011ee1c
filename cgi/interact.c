/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Searches for words or addresses, and the ways between here and where
 * somebody is at home: /remote-interaction brings people of ours to our page of
 * something elsewhere, /interact strangers to their own server's page of
 * something here. The way out is a page that goes there, since our
 * Content-Security-Policy lets no form be answered by another site.
 */
#include <string.h>

#include "csrf.h"
#include "db.h"
#include "handlers.h"
#include "job.h"
#include "json.h"
#include "lookup.h"
#include "reply.h"
#include "throttle.h"

#define PAGE_SECONDS 4
#define ASK_SECONDS 8
#define PATH_MAX_BYTES 400
#define HANDLE_MAX 400
#define URI_MAX 2000

static void add_text(json_object *document, const char *key, const char *text)
{
	json_object_object_add(document, key, json_object_new_string(text));
}

static void add_flag(json_object *document, const char *key, bool value)
{
	json_object_object_add(document, key, json_object_new_boolean(value));
}

/* {isWaiting, isRefused, isFailed, isNone, why} */
static void add_lookup(json_object *document, struct lookup found)
{
	json_object *state = json_object_new_object();

	add_flag(state, "isWaiting", found.state == LOOKUP_WAITING);
	add_flag(state, "isRefused", found.state == LOOKUP_REFUSED);
	add_flag(state, "isFailed", found.state == LOOKUP_FAILED);
	add_flag(state, "isNone", found.state == LOOKUP_NONE);
	add_text(state, "why", found.why ? found.why : "");
	json_object_object_add(document, "lookup", state);
}

static void show_search(struct request *request)
{
	const char *words = request_param(request, "search");
	struct lookup found = { .state = LOOKUP_NONE };
	struct rows rows;
	json_object *document;

	if (words)
		found = lookup(request, words, PAGE_SECONDS);
	if (found.state != LOOKUP_NONE)
		reply_header(request, "Cache-Control", "private, no-cache");
	if (found.state == LOOKUP_FOUND) {
		reply_redirect(request, found.path);
		return;
	}
	rows = request_query(request, request->route->query_name);
	document = json_load(request->task, db_text(rows, 0, 0),
			     db_length(rows, 0, 0));
	if (found.state != LOOKUP_NONE)
		add_lookup(document, found);
	reply_page(request, 200, "page/search", json_object_get(document));
}

static void go_to_remote(struct request *request)
{
	const char *uri = request_text(request, "uri", 1, URI_MAX);
	struct lookup found = lookup(request, uri, PAGE_SECONDS);
	json_object *document;

	if (found.state == LOOKUP_FOUND) {
		reply_redirect(request, found.path);
		return;
	}
	document = json_object_new_object();
	add_text(document, "uri", uri);
	add_lookup(document, found);
	reply_page(request, found.state == LOOKUP_WAITING ? 200 : 404,
		   "page/remote-interaction", document);
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
		add_flag(document, "isUnknown", true);
		show_form(request, document, 422);
		return;
	}
	add_text(document, "to", to);
	reply_header(request, "Cache-Control", "no-store");
	reply_page(request, 200, "page/interact-go", json_object_get(document));
}

const struct route interact_routes[] = { { .method = "GET",
					   .pattern = "/search",
					   .kind = ROUTE_HANDLER,
					   .viewer = VIEWER_OPTIONAL,
					   .handler = show_search,
					   .query_name = "page/search",
					   .cache = 5 },
					 { .method = "GET",
					   .pattern = "/remote-interaction",
					   .kind = ROUTE_HANDLER,
					   .viewer = VIEWER_USER,
					   .handler = go_to_remote },
					 { .method = "GET",
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
