/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "own_password.h"

#include "json.h"
#include "password.h"
#include "throttle.h"

/* Guessing it with a stolen token or session is held up as at sign-in. */
static bool is_right(struct request *request, const char *given)
{
	struct task *task = request->task;
	struct rows user;

	throttle_sign_in(request, request->viewer.username);
	user = db(task, "user/password-of",
		  db_number(task, request->viewer.id));
	if (!password_verify(task, db_text(user, 0, 0), given))
		return false;
	throttle_forgive(request, request->viewer.username);
	return true;
}

void own_password_check(struct request *request, int status)
{
	struct task *task = request->task;
	json_object *member = request_member(request, "currentPassword");
	const char *given = member ? json_object_get_string(member) : "";

	if (!*given)
		fail(task, 400, "currentPassword parameter is missing.");
	if (!is_right(request, given))
		fail_code(task, status, "current_password_is_invalid",
			  "currentPassword is invalid.");
}

bool own_password_is_right(struct form *form)
{
	if (is_right(form->request, form_password(form, "current")))
		return true;
	form_error(form, "current", "The password is not right.");
	return false;
}
