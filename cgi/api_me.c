/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What one changes of oneself by the REST API, where a password is about. */
#include <string.h>

#include "db.h"
#include "handlers.h"
#include "job.h"
#include "json.h"
#include "own_password.h"
#include "password.h"
#include "reply.h"
#include "scope.h"

static const char *viewer_id(struct request *request)
{
	return db_number(request->task, request->viewer.id);
}

static const char *member(struct request *request, const char *name)
{
	json_object *value = request_member(request, name);

	return value ? json_object_get_string(value) : NULL;
}

/* NULL: the password stays. */
static const char *new_password_hash(struct request *request)
{
	const char *password = member(request, "password");
	const char *problem;

	if (!password || !*password)
		return NULL;
	problem = password_problem(password, request->viewer.username);
	if (problem)
		fail_field(request->task, "password", "%s", problem);
	return password_hash(request->task, password);
}

static void update_me(struct request *request)
{
	struct task *task = request->task;
	const char *hash;

	request_check(request, request->route->query_name);
	if (member(request, "password") || member(request, "email"))
		own_password_check(request, 401);
	hash = new_password_hash(request);
	db(task, "api/me-update", viewer_id(request),
	   db_number(task, request->viewer.session_id),
	   json_object_to_json_string(request_body(request)), hash);
	job_wake(task, JOB_mail);
	reply_empty(request, 204);
}

const struct route api_me_routes[] = {
	{ .method = "PUT",
	  .pattern = "/api/v1/users/me",
	  .kind = ROUTE_HANDLER,
	  .viewer = VIEWER_USER,
	  .scope = SCOPE_ACCOUNT,
	  .handler = update_me,
	  .query_name = "api/me-update",
	  .status = 204,
	  .body = BODY_ANY,
	  .max_body = QUERY_MAX_BODY },
	{ 0 },
};
