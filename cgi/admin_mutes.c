/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* /admin/moderation/blocklist: servers and accounts that the instance mutes. */
#include "admin_list.h"
#include "handlers.h"
#include "reply.h"

#define PATH "/admin/moderation/blocklist/"
#define TYPED_MAX 10000

struct kind {
	const char *is_server; /* for queries */
	const char *template_name;
	const char *list;
};

static const struct kind servers = { "t", "page/admin-muted-servers",
				     PATH "servers" };
static const struct kind accounts = { "f", "page/admin-muted-accounts",
				      PATH "accounts" };

static void show(struct form *form, const struct kind *kind)
{
	struct request *request = form->request;

	admin_list_show(form,
			db(request->task, "page/admin-mutes", kind->is_server,
			   admin_list_start(request)),
			kind->template_name);
}

static void mute(struct request *request, const struct kind *kind)
{
	struct task *task = request->task;
	struct form form = form_new(request);
	const char *typed = form_text(&form, "names", 1, TYPED_MAX, "The list");
	const char *wrong = NULL;

	if (form_is_good(&form))
		wrong = db_text(db(task, "user/admin-mute", kind->is_server,
				   db_number(task, request->viewer.id), typed),
				0, 0);
	if (wrong)
		form_error(&form, "names",
			   "\"%s\" cannot be muted, so nothing was.", wrong);
	if (!form_is_good(&form)) {
		show(&form, kind);
		return;
	}
	reply_flash(request, "It is muted.");
	reply_redirect(request, kind->list);
}

static void unmute(struct request *request, const struct kind *kind)
{
	const char *name = request_text(request, "name", 1, 400);

	db(request->task, "user/admin-unmute", kind->is_server, name);
	reply_flash(request, "It is muted no longer.");
	reply_redirect(request, kind->list);
}

static void show_servers(struct request *request)
{
	struct form form = form_new(request);

	show(&form, &servers);
}

static void mute_servers(struct request *request)
{
	mute(request, &servers);
}

static void unmute_server(struct request *request)
{
	unmute(request, &servers);
}

static void show_accounts(struct request *request)
{
	struct form form = form_new(request);

	show(&form, &accounts);
}

static void mute_accounts(struct request *request)
{
	mute(request, &accounts);
}

static void unmute_account(struct request *request)
{
	unmute(request, &accounts);
}

#define GET(path, function) \
	{ \
		.method = "GET", .pattern = PATH path, .kind = ROUTE_HANDLER, \
		.viewer = VIEWER_MODERATOR, .handler = function \
	}
#define POST(path, function) \
	{ \
		.method = "POST", .pattern = PATH path, .kind = ROUTE_HANDLER, \
		.viewer = VIEWER_MODERATOR, .handler = function, \
		.body = BODY_FORM, .csrf = true \
	}

const struct route admin_mutes_routes[] = {
	GET("servers", show_servers),
	POST("servers/add", mute_servers),
	POST("servers/remove", unmute_server),
	GET("accounts", show_accounts),
	POST("accounts/add", mute_accounts),
	POST("accounts/remove", unmute_account),
	{ 0 },
};
