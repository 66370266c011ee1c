/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "own_password.h"

#include "json.h"
#include "password.h"
#include "throttle.h"

/* Guessing it with a stolen token is held up as at sign-in. */
void own_password_check(struct request *request, int status)
{
	struct task *task = request->task;
	json_object *member = request_member(request, "currentPassword");
	const char *given = member ? json_object_get_string(member) : "";
	struct rows user;

	if (!*given)
		fail(task, 400, "currentPassword parameter is missing.");
	throttle_sign_in(request, request->viewer.username);
	user = db(task, "user/password-of",
		  db_number(task, request->viewer.id));
	if (!password_verify(task, db_text(user, 0, 0), given))
		fail_code(task, status, "current_password_is_invalid",
			  "currentPassword is invalid.");
	throttle_forgive(request, request->viewer.username);
}
