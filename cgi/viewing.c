/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What viewers press on pages: likes, subscriptions, their history; and where
 * in a film the page's player says they are. */
#include "db.h"
#include "handlers.h"
#include "reply.h"
#include "session.h"

static const struct param id_param = {
	.name = "id",
	.type = PARAM_VIDEO,
	.required = true,
};

static const struct param handle_param = {
	.name = "handle",
	.type = PARAM_HANDLE,
	.required = true,
};

static const struct param rating_param = {
	.name = "rating",
	.type = PARAM_CHOICE,
	.choices = "like|dislike|none",
	.required = true,
};

static const struct param time_param = {
	.name = "currentTime",
	.type = PARAM_TEXT,
	.min = 1,
	.max = 30,
	.required = true,
};

static const struct param event_param = {
	.name = "viewEvent",
	.type = PARAM_CHOICE,
	.choices = "seek",
};

static const char *viewer_id(struct request *request)
{
	return db_number(request->task, request->viewer.id);
}

static void rate(struct request *request)
{
	struct task *task = request->task;
	struct rows rows = db(
		task, "user/rate", request_declared(request, &id_param),
		viewer_id(request), request_declared(request, &rating_param));

	reply_redirect(request,
		       arena_printf(task->arena, "/w/%s", db_text(rows, 0, 0)));
}

/* Back to the video whose page has the button, or to the channel. */
static void subscribe(struct request *request)
{
	struct task *task = request->task;
	const char *handle = request_declared(request, &handle_param);
	bool is_wanted = request_bool(request, "wanted", true);
	struct rows rows = db(task, "user/subscribe", handle,
			      viewer_id(request), is_wanted ? "t" : "f",
			      request_param(request, "id") ?
				      request_declared(request, &id_param) :
				      NULL);

	reply_flash(request, is_wanted ? "You subscribe to this channel now." :
					 "You no longer subscribe to it.");
	reply_redirect(request, db_text(rows, 0, 0));
}

static void forget(struct request *request)
{
	bool is_one = request_param(request, "id") != NULL;

	db(request->task, "user/history-forget", viewer_id(request),
	   is_one ? request_declared(request, &id_param) : NULL);
	reply_flash(request, is_one ? "It is forgotten." :
				      "All that you watched is forgotten.");
	reply_redirect(request, "/my-library/history/videos");
}

static void watch(struct request *request)
{
	db(request->task, "user/watching", request_declared(request, &id_param),
	   viewer_id(request), request_declared(request, &time_param),
	   request_declared(request, &event_param), request->address,
	   session_user_agent(request));
	reply_empty(request, 204);
}

#define POST(path, function) \
	{ \
		.method = "POST", .pattern = path, .kind = ROUTE_HANDLER, \
		.viewer = VIEWER_USER, .handler = function, .body = BODY_FORM, \
		.csrf = true \
	}

const struct route viewing_routes[] = {
	POST("/w/:id/rate", rate),
	POST("/w/:id/watching", watch),
	POST("/c/:handle/subscription", subscribe),
	POST("/my-library/history/videos/remove", forget),
	{ 0 },
};
