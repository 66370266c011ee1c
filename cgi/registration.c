/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What strangers ask of the REST API: an account, a new password, a word with
 * the administrators. */
#include "db.h"
#include "handlers.h"
#include "job.h"
#include "json.h"
#include "reply.h"
#include "signup.h"
#include "throttle.h"

static const char *member(struct request *request, const char *path)
{
	json_object *value = request_member(request, path);

	return value ? json_object_get_string(value) : NULL;
}

/* The form of signup.h. */
static json_object *signup_form(struct request *request)
{
	static const char *const paths[][2] = {
		{ "username", "username" },
		{ "email", "email" },
		{ "displayName", "displayName" },
		{ "channelName", "channel.name" },
		{ "channelDisplayName", "channel.displayName" },
		{ "registrationReason", "registrationReason" },
	};
	json_object *form = json_object_new_object();

	json_keep(request->task, form);
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		json_object_object_add(
			form, paths[i][0],
			json_object_get(request_member(request, paths[i][1])));
	return form;
}

static void register_user(struct request *request)
{
	request_check(request, request->route->query_name);
	signup_register(request, signup_form(request),
			member(request, "password"));
	reply_empty(request, 204);
}

static void request_registration(struct request *request)
{
	struct rows rows;

	request_check(request, request->route->query_name);
	rows = signup_ask(request, signup_form(request),
			  member(request, "password"));
	reply_bytes(request, 200, "application/json; charset=utf-8",
		    db_text(rows, 0, 0), db_length(rows, 0, 0));
}

static void reset_password(struct request *request)
{
	request_check(request, request->route->query_name);
	signup_reset_password(
		request,
		db_number(request->task,
			  request_int(request, "id", 1, INT64_MAX, 0)),
		member(request, "verificationString"),
		member(request, "password"));
	reply_empty(request, 204);
}

/* Which mail: the route's query says. */
static void ask(struct request *request)
{
	const char *query = request->route->query_name;

	request_check(request, query);
	signup_mail(request, query, member(request, "email"));
	reply_empty(request, 204);
}

static void contact(struct request *request)
{
	struct task *task = request->task;

	request_check(request, request->route->query_name);
	db(task, "api/contact-check", member(request, "fromEmail"));
	if (!throttle_contact(request))
		fail(task, 403, "You already sent a contact form recently.");
	db(task, "api/contact", member(request, "fromName"),
	   member(request, "fromEmail"), member(request, "subject"),
	   member(request, "body"));
	job_wake(task, JOB_mail);
	reply_empty(request, 204);
}

#define POST(path, function, query, good) \
	{ \
		.method = "POST", .pattern = "/api/v1" path, \
		.kind = ROUTE_HANDLER, .handler = function, \
		.query_name = query, .status = good, .body = BODY_ANY, \
		.max_body = QUERY_MAX_BODY \
	}

const struct route registration_routes[] = {
	POST("/users/register", register_user, "user/register", 204),
	POST("/users/registrations/request", request_registration,
	     "user/registration-ask", 200),
	POST("/users/registrations/ask-send-verify-email", ask,
	     "user/ask-registration-verify", 204),
	POST("/users/ask-send-verify-email", ask, "user/ask-verify", 204),
	POST("/users/ask-reset-password", ask, "user/ask-reset", 204),
	POST("/users/:id/reset-password", reset_password, "user/reset", 204),
	POST("/server/contact", contact, "api/contact-check", 204),
	{ 0 },
};
