/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Searches for words or addresses, and /remote-interaction, which brings
 * people of ours to our page of something elsewhere.
 */
#include "db.h"
#include "handlers.h"
#include "json.h"
#include "lookup.h"
#include "reply.h"

#define PAGE_SECONDS 4
#define URI_MAX 2000

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
	json_object_object_add(
		state, "why",
		json_object_new_string(found.why ? found.why : ""));
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
	json_object_object_add(document, "uri", json_object_new_string(uri));
	add_lookup(document, found);
	reply_page(request, found.state == LOOKUP_WAITING ? 200 : 404,
		   "page/remote-interaction", document);
}

const struct route search_routes[] = { { .method = "GET",
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
				       { 0 } };
