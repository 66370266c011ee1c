/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* /my-account: profile, password, where one is signed in. */
#include <string.h>

#include "db.h"
#include "form.h"
#include "handlers.h"
#include "json.h"
#include "own_password.h"
#include "password.h"
#include "reply.h"
#include "session.h"

static const char *viewer_id(struct request *request)
{
	return db_number(request->task, request->viewer.id);
}

static void save_profile(struct request *request)
{
	struct form form = form_new(request);
	const char *name =
		form_text(&form, "displayName", 1, 120, "The display name");
	const char *description = form_optional(&form, "description", 3, 1000,
						"The text about you");

	if (!form_is_good(&form)) {
		form_show(&form, "page/my-account-settings");
		return;
	}
	db(request->task, "user/account-update", viewer_id(request), name,
	   description);
	reply_flash(request, "Saved.");
	reply_redirect(request, "/my-account/settings");
}

static void show_password(struct request *request)
{
	struct form form = form_new(request);

	form_show(&form, "page/my-account-password");
}

static void check_new_password(struct form *form, const char *new_password)
{
	const char *problem =
		password_problem(new_password, form->request->viewer.username);

	if (problem)
		form_error(form, "new", "%s", problem);
	if (strcmp(new_password, form_password(form, "again")))
		form_error(form, "again",
			   "The two new passwords are not the same.");
}

static void save_password(struct request *request)
{
	struct form form = form_new(request);
	const char *new_password = form_password(&form, "new");
	const char *hash;

	check_new_password(&form, new_password);
	if (form_is_good(&form))
		own_password_is_right(&form);
	if (!form_is_good(&form)) {
		form_show(&form, "page/my-account-password");
		return;
	}
	hash = password_hash(request->task, new_password);
	db_begin(request->task);
	db(request->task, "user/password-change", viewer_id(request), hash);
	session_open(request, request->viewer.id);
	db_commit(request->task);
	reply_flash(request, "The password is changed. All other devices and"
			     " applications are signed out.");
	reply_redirect(request, "/my-account/settings");
}

static void show_sessions(struct request *request)
{
	struct task *task = request->task;
	struct rows rows = db(task, "page/my-sessions", viewer_id(request),
			      db_number(task, request->viewer.session_id));
	json_object *document =
		json_load(task, db_text(rows, 0, 0), db_length(rows, 0, 0));

	reply_page(request, 200, "page/my-account-sessions",
		   json_object_get(document));
}

static void revoke(struct request *request)
{
	const char *kind = request_text(request, "kind", 1, 10);
	int64_t id = request_int(request, "id", 1, INT64_MAX, 0);

	db(request->task, "user/session-revoke", viewer_id(request), kind,
	   db_number(request->task, id));
	reply_flash(request, "Signed out there.");
	reply_redirect(request, "/my-account/sessions");
}

static void revoke_others(struct request *request)
{
	db(request->task, "user/session-revoke-others", viewer_id(request),
	   db_number(request->task, request->viewer.session_id));
	reply_flash(request, "Signed out everywhere else.");
	reply_redirect(request, "/my-account/sessions");
}

#define POST(path, function) \
	{ \
		.method = "POST", .pattern = path, .kind = ROUTE_HANDLER, \
		.viewer = VIEWER_USER, .handler = function, .body = BODY_FORM, \
		.csrf = true \
	}
#define GET(path, function) \
	{ \
		.method = "GET", .pattern = path, .kind = ROUTE_HANDLER, \
		.viewer = VIEWER_USER, .handler = function \
	}

const struct route account_settings_routes[] = {
	POST("/my-account/settings", save_profile),
	GET("/my-account/password", show_password),
	POST("/my-account/password", save_password),
	GET("/my-account/sessions", show_sessions),
	POST("/my-account/sessions/revoke", revoke),
	POST("/my-account/sessions/revoke-others", revoke_others),
	{ 0 },
};
