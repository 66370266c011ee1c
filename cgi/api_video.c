/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* One video by the REST API: change, delete, a token for its files. */
#include <string.h>
#include <strings.h>

#include "db.h"
#include "handlers.h"
#include "job.h"
#include "json.h"
#include "reply.h"
#include "scope.h"
#include "throttle.h"
#include "token.h"
#include "video_form.h"
#include "video_update.h"

#define JSON_TYPE "application/json; charset=utf-8"

static const char *video_named(struct request *request)
{
	static const struct param id = {
		.name = "id",
		.type = PARAM_VIDEO,
		.required = true,
	};

	return request_declared(request, &id);
}

static const char *viewer_id(struct request *request)
{
	return request->viewer.id ?
		       db_number(request->task, request->viewer.id) :
		       NULL;
}

/* ?videoFileToken= for players that can send neither header nor cookie. */
static void make_token(struct request *request)
{
	struct task *task = request->task;
	const char *token = token_new(task);
	struct rows rows = db(task, "api/video-token", video_named(request),
			      viewer_id(request), throttle_password(request),
			      token_hash(task, token), token);

	reply_bytes(request, 200, JSON_TYPE, db_text(rows, 0, 0),
		    db_length(rows, 0, 0));
}

/* The files, and the tracker's list, follow by jobs that the database
 * inserts. */
static void delete_video(struct request *request)
{
	struct task *task = request->task;
	struct rows rows = db(task, "api/video-delete", video_named(request),
			      viewer_id(request));

	if (!rows.count)
		fail(task, 404, "Video not found");
	if (!db_bool(rows, 0, 0))
		fail(task, 403, "Cannot remove video of another user");
	job_wake(task, JOB_remove);
	job_wake(task, JOB_tracker);
	reply_empty(request, 204);
}

static void check_json_type(struct request *request)
{
	const char *type = request_content_type(request);
	size_t len = strcspn(type, "; ");

	if (strncasecmp(type, "application/", 12) || len < 5 ||
	    strncasecmp(type + len - 4, "json", 4))
		fail(request->task, 415,
		     "Changes of a video are taken as JSON.");
}

static void update_video(struct request *request)
{
	struct task *task = request->task;
	const char *video = video_named(request);
	json_object *sent;

	check_json_type(request);
	sent = request_json(request);
	if (!json_object_is_type(sent, json_type_object))
		fail(task, 400, "The body should be a JSON object.");
	video_update(request, video, sent);
	job_wake(task, JOB_publish);
	reply_empty(request, 204);
}

#define VIDEO \
	{ \
		.name = "id", .type = PARAM_VIDEO, .required = true \
	}

static const struct param one_video[] = { VIDEO, { 0 } };
static const struct param one_locked_video[] = {
	VIDEO,
	{ .name = "password", .type = PARAM_PASSWORD },
	{ 0 },
};
static const struct param changed_video[] = {
	VIDEO,
	VIDEO_FORM_FIELD("name", CHARS, .min = 3, .max = 120),
	VIDEO_FORM_PARAMS,
	{ 0 },
};

const struct route api_video_routes[] = {
	{ .method = "DELETE",
	  .pattern = "/api/v1/videos/:id",
	  .kind = ROUTE_HANDLER,
	  .viewer = VIEWER_USER,
	  .handler = delete_video,
	  .summary = "Delete a video.",
	  .params = one_video,
	  .status = 204 },
	{ .method = "PUT",
	  .pattern = "/api/v1/videos/:id",
	  .kind = ROUTE_HANDLER,
	  .viewer = VIEWER_USER,
	  .handler = update_video,
	  .body = BODY_JSON,
	  .max_body = (size_t)256 * 1024,
	  .summary = "Change a video.",
	  .params = changed_video,
	  .status = 204 },
	{ .method = "POST",
	  .pattern = "/api/v1/videos/:id/token",
	  .kind = ROUTE_HANDLER,
	  .scope = SCOPE_READ,
	  .viewer = VIEWER_OPTIONAL,
	  .handler = make_token,
	  .body = BODY_ANY,
	  .summary = "Get a token that opens the files of a video.",
	  .params = one_locked_video,
	  .answer = "VideoToken" },
	{ 0 },
};
