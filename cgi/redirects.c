/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Addresses that only send the visitor on: PeerTube's lists and names, and
 * the choices of colours and of sharing with other viewers. */
#include <inttypes.h>
#include <string.h>

#include "buf.h"
#include "csrf.h"
#include "db.h"
#include "handlers.h"
#include "json.h"
#include "p2p.h"
#include "reply.h"

#define BACK_MAX 2000
#define CHOICE_SECONDS (365L * 24 * 3600)

static void show_local(struct request *request)
{
	reply_redirect(request, "/videos/browse?scope=local");
}

static void show_newest(struct request *request)
{
	reply_redirect(request, "/videos/browse?sort=-publishedAt");
}

static void show_trending(struct request *request)
{
	reply_redirect(request, "/videos/browse?sort=-trending");
}

static void show_liked(struct request *request)
{
	reply_redirect(request, "/videos/browse?sort=-likes");
}

/* "/@name" */
static void show_name(struct request *request)
{
	struct buf path = buf_make(request->task->arena, 2000);
	const char *name = request_text(request, "name", 1, 300);

	if (name[0] != '@')
		fail(request->task, 404, "There is nothing at this address.");
	buf_str(&path, "/a/");
	buf_url(&path, name + 1, strlen(name + 1));
	reply_redirect(request, path.data);
}

/* A comment's id, as other servers name it. */
static void show_comment(struct request *request)
{
	static const struct param id = { .name = "id",
					 .type = PARAM_VIDEO,
					 .required = true };

	reply_redirect(request, arena_printf(request->task->arena,
					     "/w/%s#comment-%" PRId64,
					     request_declared(request, &id),
					     request_int(request, "commentId",
							 1, INT64_MAX, 0)));
}

/* A path of ours, in characters that a header may hold. */
static const char *back(struct request *request)
{
	const char *given = request_param(request, "back");

	if (!given || given[0] != '/' || given[1] == '/' || given[1] == '\\' ||
	    strlen(given) > BACK_MAX)
		return "/";
	for (const char *c = given; *c; c++)
		if (*c <= ' ' || *c >= 0x7f || *c == '\\')
			return "/";
	return given;
}

/* Players of playlists show its first video, or that of playlistPosition. */
static void show_playlist(struct request *request)
{
	reply_redirect(
		request,
		db_text(request_query(request, "page/playlist-embed"), 0, 0));
}

static void set_theme(struct request *request)
{
	const char *theme = request_param(request, "name");
	bool is_known = !strcmp(theme, "light") || !strcmp(theme, "dark");

	if (!is_known && strcmp(theme, "auto") != 0)
		fail(request->task, 404, "There are no such colours.");
	reply_cookie(request, "cardume_theme", is_known ? theme : "",
		     is_known ? CHOICE_SECONDS : 0);
	reply_redirect(request, back(request));
}

const char *p2p_choice(struct request *request)
{
	const char *cookie = request_cookie(request, "cardume_p2p");

	if (cookie && (!strcmp(cookie, "yes") || !strcmp(cookie, "no")))
		return cookie;
	return NULL;
}

static const char *viewer_id(struct request *request)
{
	return request->viewer.id ?
		       db_number(request->task, request->viewer.id) :
		       NULL;
}

static void show_p2p(struct request *request)
{
	struct task *task = request->task;
	struct rows rows =
		db(task, "page/p2p", viewer_id(request), p2p_choice(request));
	json_object *document =
		json_load(task, db_text(rows, 0, 0), db_length(rows, 0, 0));

	json_object_object_add(document, "back",
			       json_object_new_string(back(request)));
	json_object_object_add(document, "token",
			       json_object_new_string(csrf_token(request)));
	reply_header(request, "Cache-Control", "private, no-store");
	reply_page(request, 200, "page/p2p", json_object_get(document));
}

static void choose_p2p(struct request *request)
{
	static const struct param choice_param = { .name = "choice",
						   .type = PARAM_CHOICE,
						   .choices = "yes|no",
						   .required = true };
	const char *choice = request_declared(request, &choice_param);

	if (request->viewer.id)
		db(request->task, "user/p2p", viewer_id(request), choice);
	reply_cookie(request, "cardume_p2p", choice, CHOICE_SECONDS);
	reply_redirect(request, back(request));
}

const struct route redirect_routes[] = { { .method = "GET",
					   .pattern = "/videos/local",
					   .kind = ROUTE_HANDLER,
					   .handler = show_local },
					 { .method = "GET",
					   .pattern = "/videos/recently-added",
					   .kind = ROUTE_HANDLER,
					   .handler = show_newest },
					 { .method = "GET",
					   .pattern = "/videos/trending",
					   .kind = ROUTE_HANDLER,
					   .handler = show_trending },
					 { .method = "GET",
					   .pattern = "/videos/most-liked",
					   .kind = ROUTE_HANDLER,
					   .handler = show_liked },
					 { .method = "GET",
					   .pattern =
						   "/video-playlists/embed/:id",
					   .kind = ROUTE_HANDLER,
					   .handler = show_playlist },
					 { .method = "GET",
					   .pattern = "/videos/watch/:id/"
						      "comments/:commentId",
					   .kind = ROUTE_HANDLER,
					   .handler = show_comment },
					 { .method = "GET",
					   .pattern = "/theme/:name",
					   .kind = ROUTE_HANDLER,
					   .handler = set_theme },
					 { .method = "GET",
					   .pattern = "/p2p",
					   .kind = ROUTE_HANDLER,
					   .viewer = VIEWER_OPTIONAL,
					   .handler = show_p2p },
					 { .method = "POST",
					   .pattern = "/p2p",
					   .kind = ROUTE_HANDLER,
					   .viewer = VIEWER_OPTIONAL,
					   .handler = choose_p2p,
					   .body = BODY_FORM,
					   .csrf = true },
					 { .method = "GET",
					   .pattern = "/:name",
					   .kind = ROUTE_HANDLER,
					   .handler = show_name },
					 { 0 } };
