/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The second factor by the REST API (reference: API, 6bis). */
#include "db.h"
#include "handlers.h"
#include "json.h"
#include "own_password.h"
#include "reply.h"
#include "scope.h"
#include "two_factor.h"

#define REQUEST_TOKEN_MAX 200
#define CODE_MAX 20

static const struct param password[] = {
	{ .name = "currentPassword",
	  .type = PARAM_TEXT,
	  .max = 1000,
	  .in_body = true },
	{ 0 },
};

static const struct param confirmation[] = {
	{ .name = "requestToken",
	  .type = PARAM_TEXT,
	  .min = 1,
	  .max = REQUEST_TOKEN_MAX,
	  .required = true,
	  .in_body = true },
	{ .name = "otpToken",
	  .type = PARAM_TEXT,
	  .min = 1,
	  .max = CODE_MAX,
	  .required = true,
	  .in_body = true },
	{ 0 },
};

static int64_t id_of_path(struct request *request)
{
	return request_int(request, "id", 1, INT64_MAX, 0);
}

/* The user of the path: name, and whether it is on. */
static struct rows target(struct request *request, bool wants_on)
{
	struct task *task = request->task;
	struct rows rows = db(task, "api/two-factor-target",
			      db_number(task, request->viewer.id),
			      db_number(task, id_of_path(request)));
	bool is_on = db_bool(rows, 0, 1);

	if (is_on != wants_on)
		fail(task, 400, "Two factor is already %s.",
		     is_on ? "enabled" : "disabled");
	return rows;
}

/* Who helps another out does not know the password. */
static void check_password(struct request *request)
{
	request_declared(request, &password[0]);
	if (id_of_path(request) == request->viewer.id)
		own_password_check(request, 403);
}

static void add(json_object *object, const char *name, const char *text)
{
	json_object_object_add(object, name, json_object_new_string(text));
}

static void ask(struct request *request)
{
	struct rows user = target(request, false);
	json_object *members = json_object_new_object();
	json_object *answer = json_object_new_object();
	struct two_factor_offer offer;

	json_object_object_add(answer, "otpRequest", members);
	json_keep(request->task, answer);
	check_password(request);
	offer = two_factor_offer(request, id_of_path(request),
				 db_text(user, 0, 0));
	add(members, "requestToken", offer.token);
	add(members, "secret", offer.secret);
	add(members, "uri", offer.uri);
	reply_header(request, "Cache-Control", "no-store");
	reply_json(request, 200, json_object_get(answer));
}

static void confirm(struct request *request)
{
	const char *token = request_declared(request, &confirmation[0]);
	const char *code = request_declared(request, &confirmation[1]);
	int64_t id = id_of_path(request);
	uint8_t secret[TOTP_SECRET];

	target(request, false);
	if (!two_factor_offered(request, id, token, secret))
		fail(request->task, 403, "Invalid request token");
	if (!two_factor_switch_on(request, id, secret, code))
		fail_code(request->task, 403, "invalid_two_factor",
			  "Invalid OTP token");
	reply_empty(request, 204);
}

static void disable(struct request *request)
{
	target(request, true);
	check_password(request);
	db(request->task, "user/two-factor-clear",
	   db_number(request->task, id_of_path(request)));
	reply_empty(request, 204);
}

#define POST(path, function, text, ...) \
	{ \
		.method = "POST", \
		.pattern = "/api/v1/users/:id/two-factor/" path, \
		.kind = ROUTE_HANDLER, .viewer = VIEWER_USER, \
		.scope = SCOPE_ACCOUNT, .handler = function, .body = BODY_ANY, \
		.summary = text, __VA_ARGS__ \
	}

const struct route two_factor_api_routes[] = {
	POST("request", ask, "Offer a user a secret for one-time codes.",
	     .params = password, .answer = "TwoFactorRequest"),
	POST("confirm-request", confirm,
	     "Ask for one-time codes at sign-in from now on.", .status = 204,
	     .params = confirmation),
	POST("disable", disable, "Ask for one-time codes no more.",
	     .status = 204, .params = password),
	{ 0 },
};
