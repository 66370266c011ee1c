/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* /videos/manage: change, retry, stop and delete one's videos. */
#include "db.h"
#include "handlers.h"
#include "job.h"
#include "json.h"
#include "reply.h"
#include "video_form.h"

struct managed {
	const char *id;
	const char *uuid;
	int64_t owner;
};

static const char *named(struct request *request)
{
	static const struct param param = { .name = "id",
					    .type = PARAM_VIDEO,
					    .required = true };

	return request_declared(request, &param);
}

/* 404 also for other people's: who may not change it need not know of it. */
static struct managed find(struct request *request)
{
	struct task *task = request->task;
	struct rows rows = db(task, "user/video-owner", named(request),
			      db_number(task, request->viewer.id));

	if (!rows.count)
		fail(task, 404, "There is no such video of yours.");
	return (struct managed){ db_text(rows, 0, 0), db_text(rows, 0, 1),
				 db_int(rows, 0, 3) };
}

static void show(struct request *request, int status, const char *page,
		 json_object *form, json_object *errors)
{
	struct task *task = request->task;
	struct rows rows =
		db(task, "page/videos-manage", named(request),
		   db_number(task, request->viewer.id),
		   form ? json_object_to_json_string(form) : NULL,
		   errors ? json_object_to_json_string(errors) : NULL);

	if (!rows.count)
		fail(task, 404, "There is no such video of yours.");
	reply_page(request, status, page,
		   json_object_get(json_load(task, db_text(rows, 0, 0),
					     db_length(rows, 0, 0))));
}

static void go_to(struct request *request, const char *uuid)
{
	reply_redirect(request, arena_printf(request->task->arena,
					     "/videos/manage/%s", uuid));
}

static void show_manage(struct request *request)
{
	show(request, 200, "page/videos-manage", NULL, NULL);
}

static void show_delete(struct request *request)
{
	show(request, 200, "page/videos-delete", NULL, NULL);
}

/* For who works on the channel: 2 changed, 3 deleted. */
static void note(struct request *request, const char *video, const char *action)
{
	db(request->task, "user/video-act", video,
	   db_number(request->task, request->viewer.id), action);
}

static void save(struct request *request)
{
	struct task *task = request->task;
	struct managed video = find(request);
	struct form_source source = form_source_request(request);
	json_object *form = video_form_read(task, &source);
	json_object *errors = video_form_errors(request, video.owner, form);

	if (!json_text(form, "privacy"))
		video_form_add_error(errors, "privacy", 400,
				     "Choose who may see the video.");
	if (json_object_array_length(errors)) {
		int status = video_form_status(errors);

		show(request, status == 400 ? 422 : status,
		     "page/videos-manage", form, errors);
		return;
	}
	db(task, "user/video-update", video.id,
	   json_object_to_json_string(form));
	note(request, video.id, "2");
	job_wake(task, JOB_publish);
	reply_flash(request, "Your changes are saved.");
	go_to(request, video.uuid);
}

static void retry(struct request *request)
{
	struct task *task = request->task;
	struct managed video = find(request);
	struct rows rows = db(task, "media/retry", video.id,
			      db_number(task, request->viewer.id));

	job_wake(task, JOB_transcode);
	reply_flash(request, rows.count ? "It is tried again." :
					  "There is nothing to try again.");
	go_to(request, video.uuid);
}

static void stop(struct request *request)
{
	struct task *task = request->task;
	struct managed video = find(request);
	struct rows rows = db(task, "user/video-stop", video.id,
			      "You stopped it. What was uploaded is still"
			      " there.");

	reply_flash(request, db_int(rows, 0, 0) || db_int(rows, 0, 1) ?
				     "It is stopped." :
				     "There was nothing to stop.");
	go_to(request, video.uuid);
}

static void delete (struct request *request)
{
	struct task *task = request->task;
	const char *id = find(request).id;

	note(request, id, "3");
	db(task, "user/video-delete", id);
	job_wake(task, JOB_remove);
	job_wake(task, JOB_tracker);
	reply_flash(request, "The video is deleted.");
	reply_redirect(request, "/my-library/videos");
}

#define MANAGE "/videos/manage/:id"
#define POST(path, function) \
	{ \
		.method = "POST", .pattern = path, .kind = ROUTE_HANDLER, \
		.viewer = VIEWER_USER, .handler = function, .body = BODY_FORM, \
		.max_body = (size_t)256 * 1024, .csrf = true \
	}
#define GET(path, function) \
	{ \
		.method = "GET", .pattern = path, .kind = ROUTE_HANDLER, \
		.viewer = VIEWER_USER, .handler = function \
	}

const struct route manage_routes[] = { GET(MANAGE, show_manage),
				       POST(MANAGE, save),
				       POST(MANAGE "/retry", retry),
				       POST(MANAGE "/stop", stop),
				       GET(MANAGE "/delete", show_delete),
				       POST(MANAGE "/delete", delete),
				       { 0 } };
