/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The second step of signing in, for who has a second factor. That the
 * password was right is told by a ticket in the form: a code of the
 * instance's secret over the user, the end of its ten minutes and the
 * password's hash, so that a new password makes it void.
 */
#include "login_code.h"

#include <string.h>
#include <time.h>

#include "csrf.h"
#include "db.h"
#include "form.h"
#include "handlers.h"
#include "hash.h"
#include "hex.h"
#include "reply.h"
#include "secret.h"
#include "session.h"
#include "throttle.h"
#include "two_factor.h"

#define TICKET_SECONDS 600
#define CODE_MAX 20
#define TICKET_MAX 200

static const char *make_ticket(struct task *task, int64_t user, int64_t end,
			       const char *password_hash)
{
	const char *start = arena_printf(task->arena, "%lld.%lld",
					 (long long)user, (long long)end);
	uint8_t code[SHA256_BYTES];
	char digits[2 * SHA256_BYTES + 1];

	secret_mac(task->conf, code, "second step of login",
		   arena_printf(task->arena, "%s.%s", start, password_hash));
	hex_encode(digits, code, sizeof(code));
	return arena_printf(task->arena, "%s.%s", start, digits);
}

static void show(struct form *form, const char *ticket)
{
	struct request *request = form->request;

	json_object_object_add(form->document, "ticket",
			       json_object_new_string(ticket));
	json_object_object_add(form->document, "next",
			       json_object_new_string(login_next(request)));
	json_object_object_add(form->document, "csrf",
			       json_object_new_string(csrf_token(request)));
	form_show(form, "page/login-code");
}

void login_ask_code(struct request *request, int64_t user,
		    const char *password_hash)
{
	struct form form = form_new(request);

	show(&form, make_ticket(request->task, user,
				time(NULL) + TICKET_SECONDS, password_hash));
}

/* The user (id, password's hash, name) of a ticket; no row where it is none of
 * ours, or too old. */
static struct rows user_of(struct request *request, const char *ticket)
{
	struct task *task = request->task;
	struct rows none = { 0 };
	struct rows rows;
	char *rest;
	int64_t user = strtoll(ticket, &rest, 10);
	int64_t end = *rest == '.' ? strtoll(rest + 1, &rest, 10) : 0;
	const char *right;

	if (user < 1 || end < time(NULL))
		return none;
	rows = db(task, "user/login-by-id", db_number(task, user));
	if (!rows.count)
		return none;
	right = make_ticket(task, user, end, db_text(rows, 0, 1));
	return strlen(right) == strlen(ticket) &&
			       hash_equal(right, ticket, strlen(right)) ?
		       rows :
		       none;
}

static void take_code(struct request *request)
{
	struct form form = form_new(request);
	const char *ticket = request_text(request, "ticket", 1, TICKET_MAX);
	const char *code = form_text(&form, "code", 1, CODE_MAX, "The code");
	struct rows user = user_of(request, ticket);

	if (!user.count) {
		reply_redirect(request, "/login");
		return;
	}
	if (form_is_good(&form) &&
	    !two_factor_take(request, db_int(user, 0, 0), code))
		form_error(&form, "code",
			   "This code is not right, or was used already. Please"
			   " wait for the next one.");
	json_object_object_del(form.document, "form");
	if (!form_is_good(&form)) {
		show(&form, ticket);
		return;
	}
	throttle_forgive(request, db_text(user, 0, 2));
	session_open(request, db_int(user, 0, 0));
	reply_redirect(request, login_next(request));
}

const struct route login_code_routes[] = {
	{ .method = "POST",
	  .pattern = "/login/code",
	  .kind = ROUTE_HANDLER,
	  .viewer = VIEWER_OPTIONAL,
	  .handler = take_code,
	  .body = BODY_FORM,
	  .csrf = true },
	{ 0 },
};
