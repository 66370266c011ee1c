/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* PUT videos/:id/captions/:captionLanguage: WebVTT or SubRip becomes a file
 * of ours. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>

#include "caption.h"
#include "conf.h"
#include "db.h"
#include "file.h"
#include "handlers.h"
#include "job.h"
#include "log.h"
#include "new_video.h"
#include "reply.h"
#include "upload_body.h"
#include "upload_type.h"

struct mapping {
	void *bytes;
	size_t size;
};

static void unmap(void *ptr)
{
	struct mapping *mapping = ptr;

	munmap(mapping->bytes, mapping->size);
}

static const char *map_body(struct upload_body *body)
{
	struct task *task = body->task;
	struct mapping *mapping = arena_alloc(task->arena, sizeof(*mapping));

	mapping->size = (size_t)body->size;
	mapping->bytes =
		mmap(NULL, mapping->size, PROT_READ, MAP_PRIVATE, body->fd, 0);
	if (mapping->bytes == MAP_FAILED)
		fail(task, 500, "The captions could not be read.");
	arena_defer(task->arena, unmap, mapping);
	return mapping->bytes;
}

static const struct multipart_part *take_file(struct upload_body *body)
{
	const struct multipart_part *file =
		multipart_file(&body->form, "captionfile");
	const char *dot = file ? strrchr(file->filename, '.') : NULL;

	if (!file)
		fail_field(body->task, "captionfile", "captionfile is missing");
	if (!dot || (strcasecmp(dot, ".vtt") && strcasecmp(dot, ".srt")))
		fail_field(body->task, "captionfile",
			   "captionfile should be named .vtt or .srt");
	if (file->size > UPLOAD_CAPTION_MAX)
		fail_code(body->task, 413, "max_file_size_reached",
			  "A caption file may have 20 MiB at most.");
	return file;
}

static _Noreturn void fail_write(struct task *task, const char *path)
{
	int error = errno;

	log_error("upload: %s: %s", path, strerror(error));
	fail(task, error == ENOSPC ? 507 : 500,
	     "The captions could not be stored.");
}

/* Writes what they become to a new file. */
static struct upload_file *convert(struct upload_body *body,
				   const struct multipart_part *part)
{
	struct task *task = body->task;
	struct upload_file *file = upload_file_new(task, new_uuid(task));
	const char *bytes = map_body(body);
	FILE *out = fopen(file->full, "wxe");
	const char *problem;
	bool is_bad;

	if (!out)
		fail_write(task, file->full);
	problem = caption_write(out, bytes + part->start, (size_t)part->size);
	is_bad = ferror(out);
	if (fclose(out) || is_bad)
		fail_write(task, file->full);
	if (problem)
		fail_field(task, "captionfile", "%s", problem);
	return file;
}

static void store(struct request *request, const char *video,
		  const char *language, struct upload_file *file)
{
	struct task *task = request->task;
	const char *name = arena_printf(task->arena, "%s-%s.vtt",
					new_uuid(task), language);
	struct rows rows;
	const char *to;

	db_begin(task);
	rows = db(task, "user/caption-set", video, language, name);
	db(task, "user/video-act", video, db_number(task, request->viewer.id),
	   "4");
	to = file_media(task, db_bool(rows, 0, 0),
			arena_printf(task->arena,
				     "lazy-static/video-captions/%s", name));
	if (!file_sync(file->full) || !file_move(task, file->full, to))
		fail_write(task, to);
	db_commit(task);
	file->is_kept = true;
	job_wake(task, JOB_remove);
}

static const struct param caption_params[] = {
	{ .name = "id", .type = PARAM_VIDEO, .required = true },
	{ .name = "captionLanguage",
	  .type = PARAM_TEXT,
	  .min = 1,
	  .max = 20,
	  .required = true },
	{ 0 },
};

static void put_caption(struct request *request)
{
	struct task *task = request->task;
	const char *id = request_declared(request, &caption_params[0]);
	const char *language = request_declared(request, &caption_params[1]);
	struct rows rows = db(task, "user/caption-allowed", id,
			      db_number(task, request->viewer.id), language);
	struct upload_body *body = upload_body(request);
	const struct multipart_part *part = take_file(body);

	store(request, db_text(rows, 0, 0), language, convert(body, part));
	reply_empty(request, 204);
}

const struct route upload_caption_routes[] = {
	{ .method = "PUT",
	  .pattern = "/api/v1/videos/:id/captions/:captionLanguage",
	  .kind = ROUTE_HANDLER,
	  .viewer = VIEWER_USER,
	  .handler = put_caption,
	  .body = BODY_FILE,
	  .summary = "Upload a video's subtitles of one language: the part"
		     " captionfile, WebVTT or SubRip.",
	  .params = caption_params,
	  .status = 204 },
	{ 0 },
};
