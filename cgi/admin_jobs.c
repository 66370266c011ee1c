/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* /admin/settings/system/jobs: a job is stopped, or tried again. */
#include <string.h>

#include "db.h"
#include "handlers.h"
#include "reply.h"

#define PATH "/admin/settings/system/jobs"

static void act(struct request *request)
{
	static const struct param declared[] = {
		{ .name = "id",
		  .type = PARAM_INT,
		  .min = 1,
		  .max = 9000000000000000,
		  .required = true },
		{ .name = "what",
		  .type = PARAM_CHOICE,
		  .choices = "retry|stop",
		  .required = true },
	};
	const char *id = request_declared(request, &declared[0]);
	const char *what = request_declared(request, &declared[1]);
	struct rows rows = db(request->task, "user/admin-job", id, what);

	reply_flash(request, !db_bool(rows, 0, 0) ?
				     "There is no such job any more." :
			     strcmp(what, "stop") ? "It is tried again." :
						    "It is stopped.");
	reply_redirect(request, PATH);
}

const struct route admin_jobs_routes[] = {
	{ .method = "POST",
	  .pattern = PATH,
	  .kind = ROUTE_HANDLER,
	  .viewer = VIEWER_ADMIN,
	  .handler = act,
	  .body = BODY_FORM,
	  .csrf = true },
	{ 0 },
};
