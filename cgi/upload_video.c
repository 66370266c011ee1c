/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A new video, from the page's form or by PeerTube's POST videos/upload
 * (reference: API 3.1). */
#include <inttypes.h>
#include <string.h>

#include "db.h"
#include "handlers.h"
#include "job.h"
#include "json.h"
#include "media.h"
#include "publish.h"
#include "reply.h"
#include "shortid.h"
#include "upload_body.h"
#include "upload_type.h"
#include "video_form.h"

struct new_video {
	struct request *request;
	struct upload_body *body;
	const struct multipart_part *file;
	const struct multipart_part *thumbnail; /* or NULL */
	json_object *form;
	json_object *errors;
	const char *uuid;
	int64_t id;
};

static void add_error(struct new_video *video, const char *field, int status,
		      const char *message)
{
	if (message)
		video_form_add_error(video->errors, field, status, message);
}

static void check_video_file(struct new_video *video)
{
	struct task *task = video->request->task;
	const struct multipart_part *file = video->file;
	struct media_slice slice;
	struct media_info info;
	const char *refusal;

	if (!file) {
		add_error(video, "videofile", 400, "Choose a video file.");
		return;
	}
	refusal = upload_type_refusal(task, file->filename, video->body->fd,
				      file->start, file->size);
	if (refusal) {
		add_error(video, "videofile", 415, refusal);
		return;
	}
	slice = (struct media_slice){ video->body->path, file->start,
				      file->size };
	add_error(video, "videofile", 422, media_probe(task, slice, &info));
}

/* All of the form is kept, as long as its video's source is; on the quota
 * counts the video alone. */
static void check_rest(struct new_video *video)
{
	if (video->file &&
	    video->body->size - video->file->size > 3 * UPLOAD_PICTURE_MAX)
		add_error(video, "videofile", 413,
			  "There is more in this form than a video and its"
			  " pictures.");
}

static void check_thumbnail(struct new_video *video)
{
	const struct multipart_part *file = video->thumbnail;

	if (file)
		add_error(video, "thumbnailfile", 415,
			  upload_picture_refusal(video->request->task,
						 video->body->fd, file->start,
						 file->size));
}

/* The cheap checks first: the file is only looked at when all else is good. */
static void check(struct new_video *video)
{
	struct request *request = video->request;

	video->errors = video_form_errors(request->task, request->viewer.id,
					  video->form);
	check_rest(video);
	check_thumbnail(video);
	if (!json_object_array_length(video->errors) || !video->file)
		check_video_file(video);
}

static const char *new_uuid(struct task *task)
{
	char *text = arena_alloc(task->arena, UUID_SIZE);
	uint8_t uuid[UUID_BYTES];

	uuid_random(uuid);
	uuid_format(text, uuid);
	return text;
}

static const char *quota_message(const char *why)
{
	if (!strcmp(why, "size"))
		return "The file is larger than this site takes.";
	if (!strcmp(why, "daily"))
		return "Your quota of today is used up.";
	return "Your video quota is used up.";
}

/* What nginx was told in advance may be over by now, or was never told. */
static bool is_within_quota(struct new_video *video)
{
	struct request *request = video->request;
	struct task *task = request->task;
	const char *viewer = db_number(task, request->viewer.id);
	const char *id = request_header(request, "x-upload-id");
	struct rows rows;
	const char *why;

	db(task, "user/upload-lock", viewer);
	rows = db(task, "user/upload-refusal", viewer, id ? id : video->uuid,
		  db_number(task, video->file->size));
	why = db_text(rows, 0, 0);
	if (!why)
		return true;
	task->code = !strcmp(why, "size") ? "max_file_size_reached" :
					    "quota_reached";
	add_error(video, "videofile", 413, quota_message(why));
	return false;
}

static void insert_jobs(struct new_video *video, struct upload_file *thumbnail)
{
	struct task *task = video->request->task;
	struct job_options options = { .owner_id = video->request->viewer.id };
	json_object *payload = json_keep(task, json_object_new_object());

	json_object_object_add(payload, "videoId",
			       json_object_new_int64(video->id));
	options.uniq =
		arena_printf(task->arena, "transcode %" PRId64, video->id);
	job_insert(task, JOB_transcode, payload, options);
	if (!thumbnail)
		return;
	options.uniq = NULL;
	payload = json_keep(task, json_object_new_object());
	json_object_object_add(payload, "kind",
			       json_object_new_string("thumbnail"));
	json_object_object_add(payload, "videoId",
			       json_object_new_int64(video->id));
	json_object_object_add(payload, "path",
			       json_object_new_string(thumbnail->path));
	job_insert(task, JOB_image, payload, options);
}

/* Video, source, passwords, jobs: all or nothing. The API's answer, or NULL
 * when the quota is used up. */
static const char *insert_all(struct new_video *video,
			      const struct upload_file *source,
			      struct upload_file *thumbnail)
{
	struct task *task = video->request->task;
	const struct multipart_part *file = video->file;
	const char *id = request_header(video->request, "x-upload-id");
	struct rows rows;

	if (!is_within_quota(video))
		return NULL;
	rows = db(task, "user/video-insert", video->uuid,
		  json_object_to_json_string(video->form), source->path,
		  db_number(task, file->start), db_number(task, file->size),
		  file->filename);
	video->id = db_int(rows, 0, 1);
	insert_jobs(video, thumbnail);
	if (id)
		db(task, "user/upload-end", id);
	return db_text(rows, 0, 0);
}

/* Files first: a row never names one that is not there. */
static const char *store(struct new_video *video)
{
	struct task *task = video->request->task;
	struct upload_file *thumbnail = NULL, *source;
	const char *answer;

	if (video->thumbnail)
		thumbnail = upload_body_copy(video->body, video->thumbnail,
					     new_uuid(task));
	source = upload_body_move(video->body, video->uuid);
	db_begin(task);
	answer = insert_all(video, source, thumbnail);
	if (!answer) {
		db_rollback(task);
		return NULL;
	}
	source->is_kept = true;
	if (thumbnail)
		thumbnail->is_kept = true;
	db_commit(task);
	job_wake(task, JOB_transcode);
	if (thumbnail)
		job_wake(task, JOB_image);
	return answer;
}

static struct new_video *read_video(struct request *request, bool is_page)
{
	struct new_video *video =
		arena_alloc(request->task->arena, sizeof(*video));
	struct form_source source;

	video->request = request;
	video->body = upload_body(request);
	source = upload_body_fields(video->body, is_page);
	video->form = video_form_read(request->task, &source);
	video->file = multipart_file(&video->body->form, "videofile");
	video->thumbnail = multipart_file(&video->body->form, "thumbnailfile");
	if (!video->thumbnail)
		video->thumbnail =
			multipart_file(&video->body->form, "previewfile");
	video->uuid = new_uuid(request->task);
	check(video);
	return video;
}

/* The form again, filled in as it was; files have to be chosen again. */
static void show_again(struct new_video *video)
{
	int status = video_form_status(video->errors);

	publish_show(video->request, status == 400 ? 422 : status, video->form,
		     video->errors);
}

static void upload_from_page(struct request *request)
{
	struct new_video *video = read_video(request, true);

	if (json_object_array_length(video->errors) || !store(video)) {
		show_again(video);
		return;
	}
	reply_flash(request, "The file has arrived. The video appears when it"
			     " has been made playable.");
	reply_redirect(request, arena_printf(request->task->arena,
					     "/videos/manage/%s", video->uuid));
}

static void upload_from_api(struct request *request)
{
	struct new_video *video = read_video(request, false);
	const char *answer;

	video_form_fail(request->task, video->errors);
	answer = store(video);
	if (!answer)
		fail_code(request->task, 413, request->task->code, "%s",
			  json_text(json_object_array_get_idx(video->errors, 0),
				    "message"));
	reply_bytes(request, 200, "application/json; charset=utf-8", answer,
		    strlen(answer));
}

static const struct param new_video[] = {
	VIDEO_FORM_FIELD("name", CHARS, .min = 3, .max = 120, .required = true),
	VIDEO_FORM_PARAMS,
	{ 0 },
};

const struct route upload_video_routes[] = {
	{ .method = "POST",
	  .pattern = "/upload/video",
	  .kind = ROUTE_HANDLER,
	  .viewer = VIEWER_USER,
	  .handler = upload_from_page,
	  .body = BODY_FILE,
	  .csrf = true },
	{ .method = "POST",
	  .pattern = "/api/v1/videos/upload",
	  .kind = ROUTE_HANDLER,
	  .viewer = VIEWER_USER,
	  .handler = upload_from_api,
	  .body = BODY_FILE,
	  .summary = "Upload a video: its file is the part videofile.",
	  .params = new_video,
	  .answer = "VideoCreated" },
	{ 0 },
};
