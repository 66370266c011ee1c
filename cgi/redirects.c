/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Addresses that only send the visitor on: PeerTube's lists and names, and
 * the choice of colours. */
#include <inttypes.h>
#include <string.h>

#include "buf.h"
#include "db.h"
#include "handlers.h"
#include "redirects.h"
#include "reply.h"

#define BACK_MAX 2000

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
const char *redirect_back(struct request *request)
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
	reply_redirect(request, redirect_back(request));
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
					   .pattern = "/:name",
					   .kind = ROUTE_HANDLER,
					   .handler = show_name },
					 { 0 } };
