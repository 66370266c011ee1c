/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* /admin/settings/follows: whom this instance follows, who follows it, and how
 * what is sent to other servers fares. */
#include <string.h>

#include "admin_list.h"
#include "handlers.h"
#include "reply.h"

#define PATH "/admin/settings/follows/"
#define TYPED_MAX 10000

static void show_following(struct form *form)
{
	struct request *request = form->request;

	admin_list_show(form,
			db(request->task, "page/admin-follows", "t",
			   admin_list_start(request)),
			"page/admin-following");
}

static void following(struct request *request)
{
	struct form form = form_new(request);

	show_following(&form);
}

static void follow(struct request *request)
{
	struct form form = form_new(request);
	const char *typed = form_text(&form, "names", 1, TYPED_MAX, "The list");
	const char *wrong = NULL;

	if (form_is_good(&form))
		wrong = db_text(db(request->task, "user/admin-follow", typed),
				0, 0);
	if (wrong)
		form_error(&form, "names",
			   "\"%s\" is neither another server nor a handle,"
			   " so nobody was followed.",
			   wrong);
	if (!form_is_good(&form)) {
		show_following(&form);
		return;
	}
	reply_flash(request, "They are asked.");
	reply_redirect(request, PATH "following-list");
}

static void unfollow(struct request *request)
{
	const char *handle = request_text(request, "handle", 1, 400);

	db(request->task, "user/admin-unfollow", handle);
	reply_flash(request, "It is followed no longer.");
	reply_redirect(request, PATH "following-list");
}

/* May videos of that server be copied by themselves? */
static void copied(struct request *request)
{
	static const struct param param = {
		.name = "allowed",
		.type = PARAM_CHOICE,
		.choices = "true|false",
		.required = true,
	};
	const char *host = request_text(request, "host", 1, 261);
	const char *allowed = request_declared(request, &param);

	db(request->task, "user/admin-host-copied", host, allowed);
	reply_flash(request, !strcmp(allowed, "true") ?
				     "Its videos may be copied." :
				     "Its videos are copied no longer.");
	reply_redirect(request, PATH "following-list");
}

static void followers(struct request *request)
{
	struct form form = form_new(request);

	admin_list_show(&form,
			db(request->task, "page/admin-follows", "f",
			   admin_list_start(request)),
			"page/admin-followers");
}

static void decide(struct request *request)
{
	static const struct param decision = {
		.name = "decision",
		.type = PARAM_CHOICE,
		.choices = "accept|reject|remove",
		.required = true,
	};
	const char *handle = request_text(request, "handle", 1, 400);
	const char *decided = request_declared(request, &decision);

	db(request->task, "user/admin-follower", handle, decided);
	reply_flash(request, !strcmp(decided, "accept") ?
				     "The follower is let in." :
			     !strcmp(decided, "reject") ?
				     "The follower is turned away." :
				     "The follow has ended.");
	reply_redirect(request, PATH "followers-list");
}

static void hosts(struct request *request)
{
	static const struct param search = { .name = "search",
					     .type = PARAM_TEXT,
					     .max = 253 };
	struct form form = form_new(request);

	admin_list_show(&form,
			db(request->task, "page/admin-hosts",
			   admin_list_start(request),
			   request_declared(request, &search)),
			"page/admin-hosts");
}

static void retry(struct request *request)
{
	const char *host = request_text(request, "host", 1, 261);

	db(request->task, "user/admin-host-retry", host);
	reply_flash(request, "What waits for it is sent now.");
	reply_redirect(request, PATH "hosts-list");
}

/* "/admin" */
static void begin(struct request *request)
{
	reply_redirect(request, request->viewer.role == ROLE_ADMIN ?
					PATH "following-list" :
					"/admin/moderation/blocklist/servers");
}

#define GET(path, function) \
	{ \
		.method = "GET", .pattern = PATH path, .kind = ROUTE_HANDLER, \
		.viewer = VIEWER_ADMIN, .handler = function \
	}
#define POST(path, function) \
	{ \
		.method = "POST", .pattern = PATH path, .kind = ROUTE_HANDLER, \
		.viewer = VIEWER_ADMIN, .handler = function, \
		.body = BODY_FORM, .csrf = true \
	}

const struct route admin_follows_routes[] = {
	{ .method = "GET",
	  .pattern = "/admin",
	  .kind = ROUTE_HANDLER,
	  .viewer = VIEWER_MODERATOR,
	  .handler = begin },
	GET("following-list", following),
	POST("following-list/add", follow),
	POST("following-list/remove", unfollow),
	POST("following-list/copied", copied),
	GET("followers-list", followers),
	POST("followers-list/decide", decide),
	GET("hosts-list", hosts),
	POST("hosts-list/retry", retry),
	{ 0 },
};
