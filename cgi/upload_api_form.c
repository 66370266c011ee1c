/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Changes of videos and playlists that come as forms with pictures. Without a
 * file the same operations are cardume-api's. */
#include <string.h>

#include "db.h"
#include "handlers.h"
#include "job.h"
#include "json.h"
#include "new_video.h"
#include "reply.h"
#include "upload_body.h"
#include "upload_type.h"
#include "video_update.h"

struct picture_form {
	struct upload_body *body;
	json_object *sent;
	const struct multipart_part *picture; /* or NULL */
	struct upload_file *file; /* its copy, or NULL */
};

static struct picture_form *read_form(struct request *request)
{
	struct task *task = request->task;
	struct picture_form *form = arena_alloc(task->arena, sizeof(*form));
	const char *refusal;

	form->body = upload_body(request);
	form->sent = request_multipart(request, &form->body->form);
	form->picture = multipart_file(&form->body->form, "thumbnailfile");
	if (!form->picture)
		form->picture =
			multipart_file(&form->body->form, "previewfile");
	if (!form->picture)
		return form;
	refusal = upload_picture_refusal(task, form->body->fd,
					 form->picture->start,
					 form->picture->size);
	if (refusal)
		fail(task, 415, "%s", refusal);
	return form;
}

/* In the transaction that makes its job. */
static void keep_picture(struct picture_form *form)
{
	if (form->picture)
		form->file = upload_body_copy(form->body, form->picture,
					      new_uuid(form->body->task));
}

static const char *id_of(struct request *request)
{
	static const struct param id = { .name = "id",
					 .type = PARAM_VIDEO,
					 .required = true };

	return request_declared(request, &id);
}

static void finish(struct request *request, struct picture_form *form,
		   const char *owner, int64_t id)
{
	if (!form->file)
		return;
	new_picture_job(request,
			strcmp(owner, "videoId") ? "playlist" : "thumbnail",
			owner, id, form->file->path);
	form->file->is_kept = true;
}

static void update_video(struct request *request)
{
	struct task *task = request->task;
	struct picture_form *form = read_form(request);
	struct rows rows = db(task, "user/video-form-typed",
			      json_object_to_json_string(form->sent));
	json_object *sent =
		json_load(task, db_text(rows, 0, 0), db_length(rows, 0, 0));
	int64_t video;

	keep_picture(form);
	db_begin(task);
	video = video_update(request, id_of(request), sent);
	finish(request, form, "videoId", video);
	db_commit(task);
	job_wake(task, JOB_publish);
	job_wake(task, JOB_image);
	reply_empty(request, 204);
}

static void save_playlist(struct request *request, const char *named)
{
	struct task *task = request->task;
	struct picture_form *form = read_form(request);
	struct rows rows;

	keep_picture(form);
	db_begin(task);
	rows = db(task, "user/playlist-save",
		  db_number(task, request->viewer.id), named,
		  json_object_to_json_string(form->sent));
	finish(request, form, "playlistId", db_int(rows, 0, 0));
	db_commit(task);
	job_wake(task, JOB_image);
	if (named)
		reply_empty(request, 204);
	else
		reply_bytes(request, 200, "application/json; charset=utf-8",
			    db_text(rows, 0, 1), db_length(rows, 0, 1));
}

static void create_playlist(struct request *request)
{
	save_playlist(request, NULL);
}

static void update_playlist(struct request *request)
{
	save_playlist(request, id_of(request));
}

/* Documented with cardume-api's, which take the same without a picture. */
#define FORM(verb, path, function) \
	{ \
		.method = verb, .pattern = "/api/v1" path, \
		.kind = ROUTE_HANDLER, .viewer = VIEWER_USER, \
		.handler = function, .body = BODY_FILE \
	}

const struct route upload_api_form_routes[] = {
	FORM("PUT", "/videos/:id", update_video),
	FORM("POST", "/video-playlists", create_playlist),
	FORM("PUT", "/video-playlists/:id", update_playlist),
	{ 0 },
};
