/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* /my-account/applications: tokens of one's own making, and applications that
 * have one's leave. */
#include "db.h"
#include "form.h"
#include "handlers.h"
#include "json.h"
#include "own_password.h"
#include "reply.h"
#include "scope.h"
#include "token.h"

#define PATH "/my-account/applications"
#define DAYS_MAX 365
#define MAX_CHOSEN 10

static const char *viewer_id(struct request *request)
{
	return db_number(request->task, request->viewer.id);
}

/* Beside what the form says: what there is. */
static void show(struct form *form)
{
	struct request *request = form->request;
	struct task *task = request->task;
	struct rows rows = db(task, "page/my-applications", viewer_id(request));
	json_object *all =
		json_load(task, db_text(rows, 0, 0), db_length(rows, 0, 0));

	json_object_object_foreach(all, name, value) json_object_object_add(
		form->document, name, json_object_get(value));
	reply_header(request, "Cache-Control", "no-store");
	form_show(form, "page/my-account-applications");
}

static void show_applications(struct request *request)
{
	struct form form = form_new(request);

	show(&form);
}

static int chosen_scopes(struct form *form)
{
	const char *names[MAX_CHOSEN];
	size_t nr = request_params(form->request, "scope", names, MAX_CHOSEN);
	int scopes = 0;

	for (size_t i = 0; i < nr; i++) {
		int scope = scope_parse(names[i]);

		if (scope < 0)
			fail_field(form->request->task, "scope",
				   "This is no scope.");
		scopes |= scope;
	}
	if (!scopes)
		form_error(form, "scope-read", "Choose what it is for.");
	return scopes;
}

/* The password is asked for: a stolen session must not leave a token behind. */
static void create(struct request *request)
{
	struct task *task = request->task;
	struct form form = form_new(request);
	const char *name = form_text(&form, "name", 1, 60, "The name");
	int64_t days = request_int(request, "days", 1, DAYS_MAX, 30);
	int scopes = chosen_scopes(&form);
	const char *token = token_new(task);

	if (form_is_good(&form) && own_password_is_right(&form) &&
	    !db(task, "user/token-create", viewer_id(request),
		token_hash(task, token), name, db_number(task, scopes),
		db_number(task, days))
		     .count)
		form_error(&form, "name", "There are fifty tokens already.");
	if (form_is_good(&form)) {
		json_object_object_del(form.document, "form");
		json_object_object_add(form.document, "newToken",
				       json_object_new_string(token));
	}
	show(&form);
}

static void revoke(struct request *request)
{
	const char *kind = request_text(request, "kind", 1, 10);
	int64_t id = request_int(request, "id", 1, INT64_MAX, 0);

	db(request->task, "user/application-revoke", viewer_id(request), kind,
	   db_number(request->task, id));
	reply_flash(request, "It has your leave no more.");
	reply_redirect(request, PATH);
}

#define POST(path, function) \
	{ \
		.method = "POST", .pattern = path, .kind = ROUTE_HANDLER, \
		.viewer = VIEWER_USER, .handler = function, .body = BODY_FORM, \
		.csrf = true \
	}

const struct route application_routes[] = {
	{ .method = "GET",
	  .pattern = PATH,
	  .kind = ROUTE_HANDLER,
	  .viewer = VIEWER_USER,
	  .handler = show_applications },
	POST(PATH "/create", create),
	POST(PATH "/revoke", revoke),
	{ 0 },
};
