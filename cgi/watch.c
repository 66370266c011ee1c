/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The watch and embed pages: handlers, since a cookie may open a video of
 * which a password was given.
 */
#include <stdlib.h>
#include <string.h>

#include "csrf.h"
#include "db.h"
#include "handlers.h"
#include "p2p.h"
#include "json.h"
#include "reply.h"
#include "throttle.h"
#include "video_token.h"

#define CACHE_SECONDS 5
#define HEIGHT_MAX 10000
#define PASSWORD_MAX 400
#define ID_MAX INT64_C(9007199254740991)

static const struct param id_param = {
	.name = "id",
	.type = PARAM_VIDEO,
	.required = true,
};

static const char *cookie_name(struct request *request, const char *short_uuid)
{
	return arena_printf(request->task->arena, "cardume_video_%s",
			    short_uuid);
}

/* "83", "83s", "1m23s", "1h2m3s" in seconds; 0 for what is none of these. */
static int64_t seconds(const char *text)
{
	int64_t total = 0;

	while (*text >= '0' && *text <= '9' && total < 1000000) {
		char *end;
		int64_t number = strtol(text, &end, 10);

		if (number > 1000000)
			return 0;
		total += *end == 'h' ? number * 3600 :
			 *end == 'm' ? number * 60 :
				       number;
		text = *end ? end + 1 : end;
	}
	return total;
}

/* "#t=83": where the browser starts, without a script (Media Fragments). */
static const char *fragment(struct request *request)
{
	const char *start = request_param(request, "start");
	const char *stop = request_param(request, "stop");
	int64_t from = start ? seconds(start) : 0;
	int64_t to = stop ? seconds(stop) : 0;

	if (to > from)
		return arena_printf(request->task->arena, "#t=%lld,%lld",
				    (long long)from, (long long)to);
	if (from)
		return arena_printf(request->task->arena, "#t=%lld",
				    (long long)from);
	return "";
}

static json_object *load(struct request *request, const char *token)
{
	struct task *task = request->task;
	const char *viewer =
		request->viewer.id ? db_number(task, request->viewer.id) : NULL;
	const char *hash = video_token_hash(task, token);
	struct rows rows =
		db(task, "page/watch", request_declared(request, &id_param),
		   viewer, hash ? token : NULL, hash,
		   db_number(task, request_int(request, "q", 0, HEIGHT_MAX, 0)),
		   p2p_choice(request));

	if (!rows.count)
		fail(task, 404, "There is no such video, or it is private.");
	return json_load(task, db_text(rows, 0, 0), db_length(rows, 0, 0));
}

static void add_flag(json_object *document, const char *key, bool value)
{
	json_object_object_add(document, key, json_object_new_boolean(value));
}

static void add_text(json_object *document, const char *key, const char *text)
{
	json_object_object_add(document, key, json_object_new_string(text));
}

static void show_password_form(struct request *request, json_object *document,
			       bool was_wrong)
{
	add_flag(document, "wasWrong", was_wrong);
	add_text(document, "csrf", csrf_token(request));
	reply_page(request, was_wrong ? 403 : 200, "page/video-password",
		   json_object_get(document));
}

/* A video that only some sites may show: browsers keep its page out of other
 * sites' frames. (This adds to the policy that nginx gives the page; of two,
 * both hold.) */
static void limit_frames(struct request *request, json_object *document)
{
	const char *domains = json_text(document, "embedDomains");

	if (domains)
		reply_header(request, "Content-Security-Policy",
			     arena_printf(request->task->arena,
					  "frame-ancestors 'self' %s",
					  domains));
}

/* Another server's video is played from there, which nginx's policy allows
 * where this says so. */
static void allow_media(struct request *request, json_object *document)
{
	const char *origins = json_text(document, "mediaOrigins");

	if (origins)
		reply_header(request, "X-Media-Origins", origins);
}

/* In a foreign site's frame no cookie comes back to us: the embed page sends
 * to the watch page, which has the form. */
static void show_locked(struct request *request, json_object *document,
			const char *template_name)
{
	if (strcmp(template_name, "page/embed") != 0) {
		show_password_form(request, document, false);
		return;
	}
	reply_header(request, "Cache-Control", "private, no-cache");
	reply_page(request, 200, template_name, json_object_get(document));
}

static void add_progress(struct request *request, json_object *document)
{
	struct rows rows;

	if (!json_flag(json_member(document, "video"), "isTranscoding", false))
		return;
	rows = db(request->task, "page/video-progress",
		  json_text(document, "shortUUID"));
	json_object_object_add(document, "progress",
			       json_object_new_int64(db_int(rows, 0, 0)));
}

/* The thread of which all is asked for, or a page of threads. */
static void add_comments(struct request *request, json_object *document)
{
	struct task *task = request->task;
	int64_t thread = request_int(request, "thread", 1, ID_MAX, 0);
	int64_t first = request_int(request, "comments", 0, 1000000, 0);
	struct rows rows = db(
		task, "page/watch-comments",
		json_text(json_member(document, "video"), "uuid"),
		request->viewer.id ? db_number(task, request->viewer.id) : NULL,
		db_number(task, first),
		thread ? db_number(task, thread) : NULL);

	json_object_object_add(
		document, "comments",
		json_object_get(json_load(task, db_text(rows, 0, 0),
					  db_length(rows, 0, 0))));
}

/* ?playlistId=&playlistPosition=: previous, next and what comes then. */
static void add_series(struct request *request, json_object *document)
{
	struct task *task = request->task;
	const char *playlist = request_param(request, "playlistId");
	struct rows rows;

	if (!playlist)
		return;
	rows = db(task, "page/series", playlist,
		  request->viewer.id ? db_number(task, request->viewer.id) :
				       NULL,
		  json_text(document, "shortUUID"),
		  request_param(request, "playlistPosition"));
	if (rows.count)
		json_object_object_add(
			document, "series",
			json_object_get(json_load(task, db_text(rows, 0, 0),
						  db_length(rows, 0, 0))));
}

/* The cookie's name is known only with the video: so the second query, for
 * those few videos that have a password. */
static void show(struct request *request, const char *template_name)
{
	json_object *document = load(request, NULL);
	const char *cookie = request_cookie(
		request,
		cookie_name(request, json_text(document, "shortUUID")));

	if (json_flag(document, "needsPassword", false) && cookie)
		document = load(request, cookie);
	if (!strcmp(template_name, "page/embed"))
		limit_frames(request, document);
	if (json_flag(document, "needsPassword", false)) {
		show_locked(request, document, template_name);
		return;
	}
	allow_media(request, document);
	add_progress(request, document);
	if (!strcmp(template_name, "page/watch")) {
		add_comments(request, document);
		add_series(request, document);
	}
	add_text(document, "fragment", fragment(request));
	add_flag(document, "isEmbed", !strcmp(template_name, "page/embed"));
	add_flag(document, "isAutoplay",
		 request_bool(request, "autoplay", false));
	add_flag(document, "isLoop", request_bool(request, "loop", false));
	add_flag(document, "isMuted", request_bool(request, "muted", false));
	reply_page(request, 200, template_name, json_object_get(document));
}

static void show_watch(struct request *request)
{
	show(request, "page/watch");
}

static void show_embed(struct request *request)
{
	show(request, "page/embed");
}

static void take_password(struct request *request)
{
	struct task *task = request->task;
	json_object *document = load(request, NULL);
	const char *short_uuid = json_text(document, "shortUUID");
	struct rows rows;

	throttle_video_password(request, short_uuid);
	rows = db(task, "page/video-password",
		  request_declared(request, &id_param),
		  request_text(request, "password", 0, PASSWORD_MAX));
	if (!rows.count) {
		show_password_form(request, document, true);
		return;
	}
	reply_cookie(request, cookie_name(request, short_uuid),
		     video_token_new(task, db_text(rows, 0, 0)),
		     VIDEO_TOKEN_SECONDS);
	reply_redirect(request, arena_printf(task->arena, "/w/%s", short_uuid));
}

const struct route watch_routes[] = { { .method = "GET",
					.pattern = "/w/:id",
					.kind = ROUTE_HANDLER,
					.viewer = VIEWER_OPTIONAL,
					.handler = show_watch,
					.cache = CACHE_SECONDS },
				      { .method = "GET",
					.pattern = "/videos/watch/:id",
					.kind = ROUTE_HANDLER,
					.viewer = VIEWER_OPTIONAL,
					.handler = show_watch,
					.cache = CACHE_SECONDS },
				      { .method = "GET",
					.pattern = "/videos/embed/:id",
					.kind = ROUTE_HANDLER,
					.viewer = VIEWER_OPTIONAL,
					.handler = show_embed,
					.cache = CACHE_SECONDS },
				      { .method = "POST",
					.pattern = "/w/:id/password",
					.kind = ROUTE_HANDLER,
					.viewer = VIEWER_OPTIONAL,
					.handler = take_password,
					.body = BODY_FORM,
					.csrf = true },
				      { 0 } };
