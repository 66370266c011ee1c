/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Sign in and out. */
#include <string.h>

#include "buf.h"
#include "csrf.h"
#include "db.h"
#include "form.h"
#include "handlers.h"
#include "json.h"
#include "log.h"
#include "login_code.h"
#include "password.h"
#include "reply.h"
#include "session.h"
#include "throttle.h"
#include "two_factor.h"
#include "utf8.h"

#define NEXT_MAX 2000
#define NAME_MAX_BYTES 400

const char *login_next(struct request *request)
{
	const char *next = request_param(request, "next");
	struct buf path = buf_make(request->task->arena, 3 * NEXT_MAX + 1);

	if (!next || next[0] != '/' || next[1] == '/' || next[1] == '\\' ||
	    strlen(next) > NEXT_MAX)
		return "/";
	for (; *next; next++) {
		unsigned char c = (unsigned char)*next;

		if (c <= ' ' || c >= 0x7f || c == '\\')
			buf_printf(&path, "%%%02X", c);
		else
			buf_char(&path, (char)c);
	}
	return path.data;
}

static void show(struct form *form)
{
	struct request *request = form->request;

	struct rows rows = db(request->task, "page/signup");

	json_object_object_add(
		form->document, "signup",
		json_object_get(json_load(request->task, db_text(rows, 0, 0),
					  db_length(rows, 0, 0))));
	json_object_object_add(form->document, "next",
			       json_object_new_string(login_next(request)));
	json_object_object_add(form->document, "csrf",
			       json_object_new_string(csrf_token(request)));
	form_show(form, "page/login");
}

static void show_login(struct request *request)
{
	struct form form = form_new(request);

	if (request->viewer.id) {
		reply_redirect(request, login_next(request));
		return;
	}
	json_object_object_add(json_member(form.document, "form"), "username",
			       json_object_new_string(""));
	show(&form);
}

/* The same words and the same work whether the name or the password is
 * wrong. */
static bool is_right(struct form *form, struct rows user, const char *password)
{
	struct task *task = form->request->task;

	if (!password_verify(task, db_text(user, 0, 1), password)) {
		log_info("sign-in refused, from %s", form->request->address);
		form_error(form, "username",
			   "The name or the password is wrong.");
		return false;
	}
	if (db_bool(user, 0, 2)) {
		const char *reason = db_text(user, 0, 3);

		form_error(form, "username", "This account is blocked.%s%s",
			   reason ? " " : "", reason ? reason : "");
		return false;
	}
	if (db_bool(user, 0, 4)) {
		form_error(form, "username",
			   "The e-mail address of this account is not"
			   " confirmed yet.");
		return false;
	}
	return true;
}

static void sign_in(struct request *request)
{
	struct form form = form_new(request);
	const char *name =
		form_text(&form, "username", 1, NAME_MAX_BYTES, "The name");
	const char *password = form_password(&form, "password");
	struct rows user;

	if (!*password)
		form_error(&form, "password", "The password is missing.");
	if (!form_is_good(&form)) {
		show(&form);
		return;
	}
	name = utf8_lower(request->task->arena, name);
	throttle_sign_in(request, name);
	user = db(request->task, "user/login", name);
	if (!is_right(&form, user, password)) {
		show(&form);
		return;
	}
	if (two_factor_is_on(request, db_int(user, 0, 0))) {
		login_ask_code(request, db_int(user, 0, 0),
			       db_text(user, 0, 1));
		return;
	}
	throttle_forgive(request, name);
	session_open(request, db_int(user, 0, 0));
	reply_redirect(request, login_next(request));
}

static void sign_out(struct request *request)
{
	session_close(request);
	reply_flash(request, "You are signed out.");
	reply_redirect(request, "/");
}

const struct route login_routes[] = {
	{ .method = "GET",
	  .pattern = "/login",
	  .kind = ROUTE_HANDLER,
	  .viewer = VIEWER_OPTIONAL,
	  .handler = show_login },
	{ .method = "POST",
	  .pattern = "/login",
	  .kind = ROUTE_HANDLER,
	  .viewer = VIEWER_OPTIONAL,
	  .handler = sign_in,
	  .body = BODY_FORM,
	  .csrf = true },
	{ .method = "POST",
	  .pattern = "/logout",
	  .kind = ROUTE_HANDLER,
	  .viewer = VIEWER_USER,
	  .handler = sign_out,
	  .body = BODY_FORM,
	  .csrf = true },
	{ 0 },
};
