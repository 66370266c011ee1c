/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Avatars, banners and thumbnails: the form becomes a job, which makes the
 * real pictures out of it. */
#include <string.h>

#include "db.h"
#include "handlers.h"
#include "job.h"
#include "json.h"
#include "reply.h"
#include "shortid.h"
#include "upload_picture.h"
#include "upload_body.h"
#include "upload_type.h"

/* Whatever the form calls its only file. */
static const struct multipart_part *first_file(const struct multipart *form)
{
	for (size_t i = 0; i < form->nr; i++)
		if (form->parts[i].filename && form->parts[i].size)
			return &form->parts[i];
	return NULL;
}

static const struct multipart_part *take_picture(struct upload_body *body)
{
	const struct multipart_part *file = first_file(&body->form);
	const char *refusal;

	/* All of the form is kept until the picture is made. What was asked in
	 * advance knew no length of a chunked body. */
	upload_picture_check_size(body->task, body->size);
	if (!file)
		fail(body->task, 400, "Choose a picture.");
	refusal = upload_picture_refusal(body->task, body->fd, file->start,
					 file->size);
	if (refusal)
		fail(body->task, 415, "%s", refusal);
	return file;
}

static void add_number(json_object *object, const char *key, int64_t number)
{
	json_object_object_add(object, key, json_object_new_int64(number));
}

int64_t upload_picture(struct request *request, const char *kind,
		       const char *owner, int64_t id)
{
	struct task *task = request->task;
	struct upload_body *body = upload_body(request);
	const struct multipart_part *part = take_picture(body);
	const char *upload_id = request_header(request, "x-upload-id");
	json_object *payload = json_keep(task, json_object_new_object());
	struct upload_file *file;
	uint8_t uuid[UUID_BYTES];
	char name[UUID_SIZE];
	int64_t job;

	uuid_random(uuid);
	uuid_format(name, uuid);
	file = upload_body_move(body, name);
	json_object_object_add(payload, "kind", json_object_new_string(kind));
	json_object_object_add(payload, "path",
			       json_object_new_string(file->path));
	add_number(payload, owner, id);
	add_number(payload, "start", part->start);
	add_number(payload, "size", part->size);
	db_begin(task);
	job = job_insert(
		task, JOB_image, payload,
		(struct job_options){ .owner_id = request->viewer.id });
	if (upload_id)
		db(task, "user/upload-end", upload_id);
	file->is_kept = true;
	db_commit(task);
	job_wake(task, JOB_image);
	return job;
}

static void store(struct request *request, const char *kind, const char *owner,
		  int64_t id)
{
	upload_picture(request, kind, owner, id);
	reply_flash(request,
		    "The picture has arrived. It appears in a moment.");
}

static void upload_avatar(struct request *request)
{
	struct task *task = request->task;
	const char *kind = request_param(request, "kind");
	const char *channel = request_text(request, "channel", 0, 50);
	struct rows rows;

	if (!kind || (strcmp(kind, "avatar") && strcmp(kind, "banner")))
		fail_field(task, "kind", "kind should be avatar or banner");
	rows = db(task, "user/picture-actor",
		  db_number(task, request->viewer.id), channel);
	if (!rows.count)
		fail(task, 403, "This channel is not yours.");
	store(request, kind, "actorId", db_int(rows, 0, 0));
	reply_redirect(
		request,
		channel ? arena_printf(task->arena,
				       "/my-library/video-channels/manage/%s",
				       channel) :
			  "/my-account/settings");
}

static void upload_thumbnail(struct request *request)
{
	static const struct param param = { .name = "video",
					    .type = PARAM_VIDEO,
					    .required = true };
	struct task *task = request->task;
	struct rows rows =
		db(task, "user/video-owner", request_declared(request, &param),
		   db_number(task, request->viewer.id));

	if (!rows.count)
		fail(task, 403, "This video is not yours.");
	store(request, "thumbnail", "videoId", db_int(rows, 0, 0));
	reply_redirect(request, arena_printf(task->arena, "/videos/manage/%s",
					     db_text(rows, 0, 1)));
}

const struct route upload_picture_routes[] = {
	{ .method = "POST",
	  .pattern = "/upload/avatar",
	  .kind = ROUTE_HANDLER,
	  .viewer = VIEWER_USER,
	  .handler = upload_avatar,
	  .body = BODY_FILE,
	  .csrf = true },
	{ .method = "POST",
	  .pattern = "/upload/thumbnail",
	  .kind = ROUTE_HANDLER,
	  .viewer = VIEWER_USER,
	  .handler = upload_thumbnail,
	  .body = BODY_FILE,
	  .csrf = true },
	{ 0 },
};
