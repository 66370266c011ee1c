/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Administration of users where passwords and keys are made. */
#include <string.h>

#include "actor_key.h"
#include "conf.h"
#include "db.h"
#include "handlers.h"
#include "job.h"
#include "json.h"
#include "password.h"
#include "reply.h"
#include "scope.h"
#include "token.h"

static const char *viewer_id(struct request *request)
{
	return db_number(request->task, request->viewer.id);
}

static const char *id_of_path(struct request *request, const char *name)
{
	return db_number(request->task,
			 request_int(request, name, 1, INT64_MAX, 0));
}

static const char *body_text(struct request *request)
{
	return json_object_to_json_string(request_body(request));
}

/* The hash of the body's password; NULL where there is none. */
static const char *given_hash(struct request *request, const char *name)
{
	json_object *member = request_member(request, "password");
	const char *password = member ? json_object_get_string(member) : "";
	const char *problem;

	if (!*password)
		return NULL;
	problem = password_problem(password, name);
	if (problem)
		fail_field(request->task, "password", "%s", problem);
	return password_hash(request->task, password);
}

/* A user who is to choose a password by mail has one till then that nobody
 * knows. */
static const char *hash_for_new(struct request *request)
{
	struct task *task = request->task;
	const char *name =
		json_object_get_string(request_member(request, "username"));
	const char *hash = given_hash(request, name);

	if (hash)
		return hash;
	if (!*task->conf->smtp_url)
		fail_field(task, "password",
			   "A password is needed, since no mail can be sent"
			   " from here.");
	return password_hash(task, token_new(task));
}

static void create_user(struct request *request)
{
	struct task *task = request->task;
	const char *form = body_text(request);
	const char *hash;
	struct rows rows;

	request_check(request, request->route->query_name);
	db(task, "api/user-add-check", viewer_id(request), form);
	hash = hash_for_new(request);
	rows = db(task, "api/user-add", viewer_id(request), form, hash,
		  actor_keys_of_user(task));
	job_wake(task, JOB_mail);
	reply_bytes(request, 200, "application/json; charset=utf-8",
		    db_text(rows, 0, 0), db_length(rows, 0, 0));
}

static void update_user(struct request *request)
{
	struct task *task = request->task;
	const char *id = id_of_path(request, "id");
	struct rows rows;

	request_check(request, request->route->query_name);
	rows = db(task, "api/user-name", viewer_id(request), id);
	db(task, "api/user-update", viewer_id(request), id, body_text(request),
	   given_hash(request, db_text(rows, 0, 1)));
	reply_empty(request, 204);
}

static void accept_registration(struct request *request)
{
	struct task *task = request->task;
	const char *id = id_of_path(request, "registrationId");
	json_object *silent;

	request_check(request, request->route->query_name);
	silent = request_member(request, "preventEmailDelivery");
	db(task, "api/registration-accept-check", id);
	db(task, "api/registration-accept", viewer_id(request), id,
	   json_object_get_string(
		   request_member(request, "moderationResponse")),
	   silent ? json_object_get_string(silent) : "false",
	   actor_keys_of_user(task));
	job_wake(task, JOB_mail);
	reply_empty(request, 204);
}

#define MODERATORS(verb, path, function, query, good) \
	{ \
		.method = verb, .pattern = path, .kind = ROUTE_HANDLER, \
		.viewer = VIEWER_MODERATOR, .scope = SCOPE_ADMIN, \
		.handler = function, .query_name = query, .status = good, \
		.body = BODY_ANY, .max_body = QUERY_MAX_BODY \
	}

const struct route api_user_routes[] = {
	MODERATORS("POST", "/api/v1/users", create_user, "api/user-add-check",
		   200),
	MODERATORS("PUT", "/api/v1/users/:id", update_user, "api/user-update",
		   204),
	MODERATORS("POST", "/api/v1/users/registrations/:registrationId/accept",
		   accept_registration, "api/registration-accept-check", 204),
	{ 0 },
};
