/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * /signup, and where the links in mails lead: a new password, an address that
 * is confirmed. Following a link changes nothing: programs that look at mails
 * follow links too. The page's button does.
 */
#include <string.h>

#include "csrf.h"
#include "db.h"
#include "form.h"
#include "handlers.h"
#include "json.h"
#include "reply.h"
#include "signup.h"

static void add(json_object *object, const char *key, const char *text)
{
	json_object_object_add(object, key,
			       json_object_new_string(text ? text : ""));
}

static void show(struct form *form, const char *template_name)
{
	struct task *task = form->request->task;
	struct rows rows = db(task, "page/signup");

	json_object_object_add(
		form->document, "signup",
		json_object_get(json_load(task, db_text(rows, 0, 0),
					  db_length(rows, 0, 0))));
	add(form->document, "csrf", csrf_token(form->request));
	form_show(form, template_name);
}

/* What a stranger can mend is told beside the form; all else is an error's
 * page. */
static bool succeeds(struct form *form, void (*body)(struct task *, void *),
		     const char *field)
{
	struct task *task = form->request->task;
	const char *message;

	if (task_run(task, body, form))
		return true;
	message = arena_strdup(task->arena, task->message);
	if (task->status >= 429 || task->status == 401)
		fail(task, task->status, "%s", message);
	form_error(form, task->field ? task->field : field, "%s", message);
	task->status = 0;
	task->field = NULL;
	task->code = NULL;
	return false;
}

static void leave(struct form *form, const char *text)
{
	reply_flash(form->request, text);
	reply_redirect(form->request, "/login");
}

/* Signing up */

static json_object *fields(struct form *form)
{
	return json_member(form->document, "form");
}

static void show_signup(struct request *request)
{
	static const char *const names[] = { "username", "displayName", "email",
					     "registrationReason" };
	struct form form = form_new(request);

	if (request->viewer.id) {
		reply_redirect(request, "/");
		return;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		add(fields(&form), names[i], "");
	show(&form, "page/signup");
}

static void sign_up(struct task *task, void *ctx)
{
	struct form *form = ctx;
	const char *password = form_password(form, "password");

	(void)task;
	if (json_text(fields(form), "registrationReason"))
		signup_ask(form->request, fields(form), password);
	else
		signup_register(form->request, fields(form), password);
}

static void take_signup(struct form *form)
{
	const char *display_name;

	form_text(form, "username", 1, 50, "The name");
	display_name =
		form_optional(form, "displayName", 1, 120, "The display name");
	form_text(form, "email", 3, 400, "The e-mail address");
	if (request_param(form->request, "registrationReason"))
		form_text(form, "registrationReason", 2, 3000, "The reason");
	if (!*form_password(form, "password"))
		form_error(form, "password", "The password is missing.");
	if (!display_name && form_is_good(form))
		json_object_object_del(fields(form), "displayName");
}

static void post_signup(struct request *request)
{
	struct form form = form_new(request);

	take_signup(&form);
	if (form_is_good(&form) && succeeds(&form, sign_up, "username"))
		leave(&form, json_text(fields(&form), "registrationReason") ?
				     "The moderators will look at it." :
				     "Welcome! If we ask you to confirm your"
				     " address, there is a mail for you.");
	else
		show(&form, "page/signup");
}

/* A mail, please */

static void ask(struct request *request, const char *action,
		const char *query_name)
{
	struct form form = form_new(request);

	add(form.document, "action", action);
	json_object_object_add(
		form.document, "isReset",
		json_object_new_boolean(!strcmp(query_name, "user/ask-reset")));
	if (!strcmp(request->method, "GET")) {
		add(fields(&form), "email", "");
		show(&form, "page/ask-mail");
		return;
	}
	form_text(&form, "email", 3, 400, "The e-mail address");
	if (!form_is_good(&form)) {
		show(&form, "page/ask-mail");
		return;
	}
	signup_mail(request, query_name, json_text(fields(&form), "email"));
	leave(&form, "If the address is known here, a mail is on its way.");
}

static void ask_verify(struct request *request)
{
	ask(request, "/verify-account/ask-send-email", "user/ask-verify");
}

static void ask_reset(struct request *request)
{
	ask(request, "/reset-password/ask", "user/ask-reset");
}

/* Links */

static void take_link(struct form *form)
{
	static const char *const names[] = { "userId", "registrationId",
					     "verificationString",
					     "isPendingEmail" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		add(form->document, names[i],
		    request_param(form->request, names[i]));
}

static void show_reset(struct request *request)
{
	struct form form = form_new(request);

	if (!request_param(request, "userId")) {
		reply_redirect(request, "/reset-password/ask");
		return;
	}
	take_link(&form);
	show(&form, "page/reset-password");
}

static void reset(struct task *task, void *ctx)
{
	struct form *form = ctx;

	signup_reset_password(
		form->request,
		db_number(task, request_int(form->request, "userId", 1,
					    INT64_MAX, 0)),
		request_text(form->request, "verificationString", 1, 200),
		form_password(form, "password"));
}

static void post_reset(struct request *request)
{
	struct form form = form_new(request);

	take_link(&form);
	if (strcmp(form_password(&form, "password"),
		   form_password(&form, "again")))
		form_error(&form, "again",
			   "The two new passwords are not the same.");
	if (form_is_good(&form) && succeeds(&form, reset, "password"))
		leave(&form, "The password is changed. Please sign in.");
	else
		show(&form, "page/reset-password");
}

static void show_verify(struct request *request)
{
	struct form form = form_new(request);

	take_link(&form);
	show(&form, "page/verify-email");
}

static void verify(struct task *task, void *ctx)
{
	struct form *form = ctx;
	struct request *request = form->request;
	bool is_user = *json_text(form->document, "userId");
	const char *id = db_number(
		task,
		request_int(request, is_user ? "userId" : "registrationId", 1,
			    INT64_MAX, 0));
	const char *secret =
		request_text(request, "verificationString", 1, 200);

	if (is_user)
		db(task, "api/user-verify", id, secret,
		   request_bool(request, "isPendingEmail", false) ? "true" :
								    "false");
	else
		db(task, "api/registration-verify", id, secret);
}

static void post_verify(struct request *request)
{
	struct form form = form_new(request);

	take_link(&form);
	if (succeeds(&form, verify, "confirm"))
		leave(&form, "The e-mail address is confirmed.");
	else
		show(&form, "page/verify-email");
}

#define GET(path, function) \
	{ \
		.method = "GET", .pattern = path, .kind = ROUTE_HANDLER, \
		.viewer = VIEWER_OPTIONAL, .handler = function \
	}
#define POST(path, function) \
	{ \
		.method = "POST", .pattern = path, .kind = ROUTE_HANDLER, \
		.viewer = VIEWER_OPTIONAL, .handler = function, \
		.body = BODY_FORM, .csrf = true \
	}

const struct route signup_routes[] = {
	GET("/signup", show_signup),
	POST("/signup", post_signup),
	GET("/reset-password", show_reset),
	POST("/reset-password", post_reset),
	GET("/reset-password/ask", ask_reset),
	POST("/reset-password/ask", ask_reset),
	GET("/verify-account/email", show_verify),
	POST("/verify-account/email", post_verify),
	GET("/verify-account/ask-send-email", ask_verify),
	POST("/verify-account/ask-send-email", ask_verify),
	{ 0 },
};
