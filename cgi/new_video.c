/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "new_video.h"

#include <inttypes.h>
#include <string.h>

#include "db.h"
#include "job.h"
#include "json.h"
#include "shortid.h"
#include "upload_type.h"
#include "video_form.h"

const char *new_uuid(struct task *task)
{
	char *text = arena_alloc(task->arena, UUID_SIZE);
	uint8_t uuid[UUID_BYTES];

	uuid_random(uuid);
	uuid_format(text, uuid);
	return text;
}

static void add_error(struct new_video *video, int status, const char *message)
{
	if (message)
		video_form_add_error(video->errors, "videofile", status,
				     message);
}

void new_video_check_file(struct new_video *video)
{
	struct task *task = video->request->task;
	const struct media_slice *slice = &video->slice;
	struct media_info info;
	const char *refusal = upload_type_refusal(
		task, video->filename, video->fd, slice->start, slice->size);

	if (refusal)
		add_error(video, 415, refusal);
	else
		add_error(video, 422, media_probe(task, *slice, &info));
}

static const char *quota_message(const char *why)
{
	if (!strcmp(why, "size"))
		return "The file is larger than this site takes.";
	if (!strcmp(why, "daily"))
		return "Your quota of today is used up.";
	return "Your video quota is used up.";
}

/* One's own quota, and that of who owns the channel one works on. */
static const char *quota_refusal(struct new_video *video)
{
	struct request *request = video->request;
	struct task *task = request->task;
	const char *viewer = db_number(task, request->viewer.id);
	const char *size = db_number(task, video->slice.size);
	struct rows rows;
	const char *why;

	db(task, "user/upload-lock", viewer);
	rows = db(task, "user/upload-refusal", viewer,
		  video->reserved ? video->reserved : video->uuid, size);
	why = db_text(rows, 0, 0);
	if (why)
		return why;
	rows = db(task, "user/upload-owner-refusal", viewer,
		  video->id ? NULL : json_text(video->form, "channelId"),
		  video->id ? db_number(task, video->id) : NULL, size);
	return rows.count ? db_text(rows, 0, 0) : NULL;
}

/* What was told in advance may be over by now, or was never told. */
static bool is_within_quota(struct new_video *video)
{
	struct task *task = video->request->task;
	const char *why = quota_refusal(video);

	if (!why)
		return true;
	task->code = !strcmp(why, "size") ? "max_file_size_reached" :
					    "quota_reached";
	add_error(video, 413, quota_message(why));
	return false;
}

/* For who works on the channel: 1 a new video, 8 another file for one. */
static void note(struct new_video *video, const char *action)
{
	struct task *task = video->request->task;

	db(task, "user/video-act", db_number(task, video->id),
	   db_number(task, video->request->viewer.id), action);
}

static void insert_transcode(struct new_video *video)
{
	struct task *task = video->request->task;
	struct job_options options = { .owner_id = video->request->viewer.id };
	json_object *payload = json_keep(task, json_object_new_object());

	json_object_object_add(payload, "videoId",
			       json_object_new_int64(video->id));
	options.uniq =
		arena_printf(task->arena, "transcode %" PRId64, video->id);
	job_insert(task, JOB_transcode, payload, options);
}

void new_picture_job(struct request *request, const char *kind,
		     const char *owner, int64_t id, const char *path)
{
	struct task *task = request->task;
	json_object *payload = json_keep(task, json_object_new_object());

	json_object_object_add(payload, "kind", json_object_new_string(kind));
	json_object_object_add(payload, owner, json_object_new_int64(id));
	json_object_object_add(payload, "path", json_object_new_string(path));
	job_insert(task, JOB_image, payload,
		   (struct job_options){ .owner_id = request->viewer.id });
}

const char *new_video_insert(struct new_video *video, const char *source,
			     const char *thumbnail)
{
	struct task *task = video->request->task;
	struct rows rows;

	if (!is_within_quota(video))
		return NULL;
	rows = db(task, "user/video-insert", video->uuid,
		  json_object_to_json_string(video->form), source,
		  db_number(task, video->slice.start),
		  db_number(task, video->slice.size), video->filename);
	video->id = db_int(rows, 0, 1);
	note(video, "1");
	insert_transcode(video);
	if (thumbnail)
		new_picture_job(video->request, "thumbnail", "videoId",
				video->id, thumbnail);
	return db_text(rows, 0, 0);
}

bool new_video_replace(struct new_video *video, const char *source)
{
	struct task *task = video->request->task;

	if (!is_within_quota(video))
		return false;
	db(task, "user/source-replace", db_number(task, video->id), source,
	   db_number(task, video->slice.size), video->filename);
	note(video, "8");
	insert_transcode(video);
	return true;
}

void new_video_wake(struct task *task)
{
	job_wake(task, JOB_transcode);
	job_wake(task, JOB_image);
	job_wake(task, JOB_remove);
}

void new_video_fail(struct new_video *video)
{
	struct task *task = video->request->task;
	json_object *error = json_object_array_get_idx(video->errors, 0);

	if (error && task->code)
		fail_code(task, 413, task->code, "%s",
			  json_text(error, "message"));
	video_form_fail(task, video->errors);
}
