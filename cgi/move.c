/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* /my-account/move: what one's account and channels are also known as, and
 * where they have gone. */
#include "db.h"
#include "form.h"
#include "handlers.h"
#include "job.h"
#include "json.h"
#include "lookup.h"
#include "reply.h"
#include "throttle.h"

#define PATH "/my-account/move"
#define ADDRESS_MAX 2000
#define WAIT_SECONDS 8
#define ID_MAX INT64_C(9007199254740991)

static const char *viewer_id(struct request *request)
{
	return db_number(request->task, request->viewer.id);
}

static const char *actor_name(struct request *request)
{
	return request_text(request, "name", 1, 255);
}

static const char *address(struct request *request)
{
	return request_text(request, "address", 0, ADDRESS_MAX);
}

/* With what is wrong about the form `wanted`, and what was entered in it. */
static void show_again(struct form *form, const char *wanted)
{
	struct request *request = form->request;
	struct rows rows = db(request->task, "page/my-move", viewer_id(request),
			      actor_name(request), wanted, address(request));
	json_object *all = json_load(request->task, db_text(rows, 0, 0),
				     db_length(rows, 0, 0));

	json_object_object_add(form->document, "actors",
			       json_object_get(json_member(all, "actors")));
	form_show(form, "page/my-account-move");
}

/* What was asked for is looked at by a job; its end, or that it has none yet,
 * stands on the page. */
static void begin(struct request *request, const char *wanted)
{
	struct task *task = request->task;
	struct form form = form_new(request);
	struct rows rows;

	throttle_lookup(request);
	rows = db(task, "user/move-begin", viewer_id(request),
		  actor_name(request), wanted, address(request));
	if (db_text(rows, 0, 1)) {
		form_error(&form,
			   arena_printf(task->arena, "%s-%s", wanted,
					actor_name(request)),
			   "%s", db_text(rows, 0, 1));
		show_again(&form, wanted);
		return;
	}
	job_wake(task, JOB_fetch);
	lookup_wait(task, db_int(rows, 0, 0), WAIT_SECONDS);
	reply_redirect(request, PATH);
}

static void add_alias(struct request *request)
{
	begin(request, "alias");
}

static void move(struct request *request)
{
	begin(request, "move");
}

static void remove_alias(struct request *request)
{
	db(request->task, "user/alias-remove", viewer_id(request),
	   actor_name(request),
	   db_number(request->task,
		     request_int(request, "other", 1, ID_MAX, 0)));
	reply_redirect(request, PATH);
}

static void move_back(struct request *request)
{
	db(request->task, "user/move-back", viewer_id(request),
	   actor_name(request));
	reply_flash(request, "It is here again.");
	reply_redirect(request, PATH);
}

#define POST(path, function) \
	{ \
		.method = "POST", .pattern = PATH path, .kind = ROUTE_HANDLER, \
		.viewer = VIEWER_USER, .handler = function, .body = BODY_FORM, \
		.csrf = true \
	}

const struct route move_routes[] = { POST("", move),
				     POST("/alias", add_alias),
				     POST("/alias/remove", remove_alias),
				     POST("/back", move_back),
				     { 0 } };
