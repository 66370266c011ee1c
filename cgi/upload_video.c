/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A new video, from the page's form or by PeerTube's POST videos/upload
 * (reference: API 3.1). */
#include <string.h>

#include "db.h"
#include "handlers.h"
#include "json.h"
#include "new_video.h"
#include "publish.h"
#include "reply.h"
#include "upload_body.h"
#include "upload_type.h"
#include "video_form.h"

struct form_upload {
	struct new_video video;
	struct upload_body *body;
	const struct multipart_part *file; /* or NULL */
	const struct multipart_part *thumbnail; /* or NULL */
};

static void add_error(struct form_upload *upload, const char *field, int status,
		      const char *message)
{
	if (message)
		video_form_add_error(upload->video.errors, field, status,
				     message);
}

/* All of the form is kept, as long as its video's source is; on the quota
 * counts the video alone. */
static void check_rest(struct form_upload *upload)
{
	if (upload->file &&
	    upload->body->size - upload->file->size > 3 * UPLOAD_PICTURE_MAX)
		add_error(upload, "videofile", 413,
			  "There is more in this form than a video and its"
			  " pictures.");
}

static void check_thumbnail(struct form_upload *upload)
{
	const struct multipart_part *file = upload->thumbnail;

	if (file)
		add_error(upload, "thumbnailfile", 415,
			  upload_picture_refusal(upload->body->task,
						 upload->body->fd, file->start,
						 file->size));
}

/* The cheap checks first: the file is only looked at when all else is good. */
static void check(struct form_upload *upload)
{
	struct new_video *video = &upload->video;
	struct request *request = video->request;

	video->errors = video_form_errors(request, 0, video->form);
	check_rest(upload);
	check_thumbnail(upload);
	if (!upload->file)
		add_error(upload, "videofile", 400, "Choose a video file.");
	else if (!json_object_array_length(video->errors))
		new_video_check_file(video);
}

/* Files first: a row never names one that is not there. */
static const char *store(struct form_upload *upload)
{
	struct new_video *video = &upload->video;
	struct task *task = video->request->task;
	struct upload_file *thumbnail = NULL, *source;
	const char *answer;

	if (upload->thumbnail)
		thumbnail = upload_body_copy(upload->body, upload->thumbnail,
					     new_uuid(task));
	source = upload_body_move(upload->body, video->uuid);
	db_begin(task);
	answer = new_video_insert(video, source->path,
				  thumbnail ? thumbnail->path : NULL);
	if (!answer) {
		db_rollback(task);
		return NULL;
	}
	if (video->reserved)
		db(task, "user/upload-end", video->reserved);
	source->is_kept = true;
	if (thumbnail)
		thumbnail->is_kept = true;
	db_commit(task);
	new_video_wake(task);
	return answer;
}

static void find_files(struct form_upload *upload)
{
	const struct multipart *form = &upload->body->form;
	const struct multipart_part *file = multipart_file(form, "videofile");

	upload->file = file;
	upload->thumbnail = multipart_file(form, "thumbnailfile");
	if (!upload->thumbnail)
		upload->thumbnail = multipart_file(form, "previewfile");
	if (!file)
		return;
	upload->video.filename = file->filename;
	upload->video.fd = upload->body->fd;
	upload->video.slice = (struct media_slice){ upload->body->path,
						    file->start, file->size };
}

static struct form_upload *read_video(struct request *request, bool is_page)
{
	struct form_upload *upload =
		arena_alloc(request->task->arena, sizeof(*upload));
	struct new_video *video = &upload->video;
	struct form_source source;

	upload->body = upload_body(request);
	source = upload_body_fields(upload->body, is_page);
	video->request = request;
	video->form = video_form_read(request->task, &source);
	video->uuid = new_uuid(request->task);
	video->reserved = request_header(request, "x-upload-id");
	find_files(upload);
	check(upload);
	return upload;
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
	struct form_upload *upload = read_video(request, true);
	struct new_video *video = &upload->video;

	if (json_object_array_length(video->errors) || !store(upload)) {
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
	struct form_upload *upload = read_video(request, false);
	const char *answer;

	video_form_fail(request->task, upload->video.errors);
	answer = store(upload);
	if (!answer)
		new_video_fail(&upload->video);
	reply_bytes(request, 200, "application/json; charset=utf-8", answer,
		    strlen(answer));
}

static const struct param form_params[] = {
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
	  .params = form_params,
	  .answer = "VideoCreated" },
	{ 0 },
};
