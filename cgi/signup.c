/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "signup.h"

#include "actor_key.h"
#include "db.h"
#include "job.h"
#include "json.h"
#include "password.h"
#include "throttle.h"

static const char *hash_of(struct request *request, const char *password,
			   const char *name)
{
	const char *problem = password_problem(password, name);

	if (problem)
		fail_field(request->task, "password", "%s", problem);
	return password_hash(request->task, password);
}

/* All that is cheap comes before the hash and the keys. */
static const char *checked(struct request *request, json_object *form,
			   const char *password, const char *is_request)
{
	const char *name = json_text(form, "username");

	throttle_signup(request);
	db(request->task, "user/signup-check", json_object_to_json_string(form),
	   is_request);
	return hash_of(request, password, name ? name : "");
}

void signup_register(struct request *request, json_object *form,
		     const char *password)
{
	struct task *task = request->task;
	const char *hash = checked(request, form, password, "false");

	db(task, "user/register", json_object_to_json_string(form), hash,
	   actor_keys_of_user(task));
	throttle_signed_up(request);
	job_wake(task, JOB_mail);
}

struct rows signup_ask(struct request *request, json_object *form,
		       const char *password)
{
	struct task *task = request->task;
	const char *hash = checked(request, form, password, "true");
	struct rows rows = db(task, "user/registration-ask",
			      json_object_to_json_string(form), hash);

	throttle_signed_up(request);
	job_wake(task, JOB_mail);
	return rows;
}

void signup_reset_password(struct request *request, const char *user,
			   const char *secret, const char *password)
{
	struct task *task = request->task;
	struct rows rows = db(task, "user/reset-name", user, secret);

	db(task, "user/reset", user, secret,
	   hash_of(request, password, db_text(rows, 0, 0)));
}

void signup_mail(struct request *request, const char *query_name,
		 const char *email)
{
	throttle_mail(request);
	db(request->task, query_name, email);
	job_wake(request->task, JOB_mail);
}
