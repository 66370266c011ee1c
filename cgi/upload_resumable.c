/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Files in pieces (reference: API 3.2): POST begins, PUT sends a piece or asks
 * how far it came, DELETE gives up. What PeerTube leaves open is answered so
 * that a client can always go on: a piece that does not fit is 409 with the
 * Range that is there, and the last piece may be sent again.
 */
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "conf.h"
#include "content_range.h"
#include "db.h"
#include "handlers.h"
#include "hash.h"
#include "hex.h"
#include "job.h"
#include "json.h"
#include "new_video.h"
#include "reply.h"
#include "request_private.h"
#include "upload_check.h"
#include "upload_digest.h"
#include "upload_session.h"
#include "upload_type.h"

#define MAX_METADATA ((size_t)256 * 1024)

/* --- the beginning -------------------------------------------------------- */

struct start {
	struct request *request;
	json_object *sent;
	json_object *form;
	const char *filename;
	int64_t size;
	const char *id;
	const char *video; /* the id of the one whose file is replaced */
	struct upload_file *thumbnail; /* or NULL */
};

static void read_headers(struct start *start)
{
	struct request *request = start->request;
	const char *length = request_header(request, "x-upload-content-length");
	const char *type = request_header(request, "x-upload-content-type");

	if (!length)
		fail_field(request->task, "X-Upload-Content-Length",
			   "X-Upload-Content-Length is missing");
	if (!type)
		fail_field(request->task, "X-Upload-Content-Type",
			   "X-Upload-Content-Type is missing");
	start->size = request_parse_int(request, "X-Upload-Content-Length",
					length, 1, INT64_C(1) << 52);
	if (strncasecmp(type, "video/", 6) && strncasecmp(type, "audio/", 6) &&
	    strncasecmp(type, "application/", 12))
		fail(request->task, 415, "%.100s is no type of a video.", type);
}

static void take_thumbnail(struct start *start, struct upload_body *body)
{
	struct task *task = start->request->task;
	const struct multipart_part *file =
		multipart_file(&body->form, "thumbnailfile");
	const char *refusal;

	if (!file)
		file = multipart_file(&body->form, "previewfile");
	if (!file)
		return;
	refusal =
		upload_picture_refusal(task, body->fd, file->start, file->size);
	if (refusal)
		fail(task, 415, "%s", refusal);
	start->thumbnail = upload_body_copy(body, file, new_uuid(task));
}

static void read_body(struct start *start)
{
	struct request *request = start->request;
	const char *refusal;

	if (request_has_type(request, "multipart/form-data")) {
		struct upload_body *body = upload_body(request);

		start->sent = request_multipart(request, &body->form);
		take_thumbnail(start, body);
	} else {
		start->sent = request_body(request);
	}
	start->filename = json_text(start->sent, "filename");
	if (!start->filename || !*start->filename ||
	    strlen(start->filename) > 1000)
		fail_field(request->task, "filename", "filename is missing");
	refusal = upload_name_refusal(request->task, start->filename);
	if (refusal)
		fail(request->task, 415, "%s", refusal);
}

/* A new video's form is checked now, before its bytes come. */
static void check_form(struct start *start)
{
	struct task *task = start->request->task;
	struct rows rows = db(task, "user/upload-form",
			      json_object_to_json_string(start->sent));

	start->form =
		json_load(task, db_text(rows, 0, 0), db_length(rows, 0, 0));
	video_form_fail(task,
			video_form_errors(start->request, 0, start->form));
}

static void find_replaced(struct start *start)
{
	static const struct param id = { .name = "id",
					 .type = PARAM_VIDEO,
					 .required = true };
	struct task *task = start->request->task;
	struct rows rows = db(task, "user/video-edited",
			      request_declared(start->request, &id),
			      db_number(task, start->request->viewer.id));

	start->video = db_text(rows, 0, 0);
	start->form = json_keep(task, json_object_new_object());
}

/* The same file of the same person has the same id, so that beginning again
 * goes on. Without its date nobody knows whether it is the same. */
static void name_session(struct start *start)
{
	struct task *task = start->request->task;
	json_object *date = json_member(start->sent, "lastModified");
	const char *name = json_text(start->sent, "originalName");
	const char *about =
		date ? arena_printf(task->arena,
				    "%" PRId64 "\n%s\n%" PRId64 "\n%s\n%s",
				    start->request->viewer.id,
				    start->video ? start->video : "",
				    start->size, json_object_get_string(date),
				    name ? name : start->filename) :
		       new_uuid(task);
	uint8_t hash[SHA256_BYTES];
	char *id = arena_alloc(task->arena, 2 * SHA256_BYTES + 1);

	hash_sha256(hash, about, strlen(about));
	hex_encode(id, hash, sizeof(hash));
	start->id = id;
}

static void fail_refused(struct task *task, const char *word)
{
	const struct refusal *refusal = upload_refusal(word);

	if (refusal->code)
		fail_code(task, refusal->status, refusal->code, "%s",
			  refusal->text);
	fail(task, refusal->status, "%s", refusal->text);
}

/* The row of what was begun before or is begun now: its bytes, its expiry. */
static struct rows begin(struct start *start)
{
	struct task *task = start->request->task;
	const char *viewer = db_number(task, start->request->viewer.id);
	const char *size = db_number(task, start->size);
	const char *form = json_object_to_json_string(start->form);
	struct rows rows;
	const char *word;

	db(task, "user/upload-lock", viewer);
	rows = db(task, "user/upload-session-again", start->id, viewer, form);
	if (rows.count)
		return rows;
	word = db_text(
		db(task, "user/upload-refusal", viewer, new_uuid(task), size),
		0, 0);
	if (!word && !upload_has_space(task, start->size))
		word = "space";
	if (word)
		fail_refused(task, word);
	rows = db(task, "user/upload-session-begin", start->id, viewer,
		  start->video, start->filename, size, form,
		  start->thumbnail ? start->thumbnail->path : NULL);
	if (!rows.count)
		fail(task, 429,
		     "A hundred of your uploads are open: end some first.");
	if (start->thumbnail)
		start->thumbnail->is_kept = true;
	return rows;
}

static const char *range_text(struct request *request, int64_t received)
{
	return arena_printf(request->task->arena, "bytes=0-%" PRId64,
			    received - 1);
}

static void answer_begun(struct start *start, struct rows rows)
{
	struct request *request = start->request;
	int64_t received = db_int(rows, 0, 0);

	reply_header(request, "Location",
		     arena_printf(request->task->arena, "%s%s?upload_id=%s",
				  request->task->conf->origin, request->path,
				  start->id));
	reply_header(request, "X-Upload-Expires", db_text(rows, 0, 1));
	reply_header(request, "Cache-Control", "no-store");
	if (received)
		reply_header(request, "Range", range_text(request, received));
	reply_empty(request, received ? 200 : 201);
}

static void start_session(struct request *request, bool replaces)
{
	struct task *task = request->task;
	struct start *start = arena_alloc(task->arena, sizeof(*start));
	struct rows rows;

	start->request = request;
	read_headers(start);
	if (replaces)
		find_replaced(start);
	read_body(start);
	if (!replaces)
		check_form(start);
	name_session(start);
	db_begin(task);
	rows = begin(start);
	db_commit(task);
	answer_begun(start, rows);
}

static void start_video(struct request *request)
{
	start_session(request, false);
}

static void start_replacement(struct request *request)
{
	start_session(request, true);
}

/* --- the end -------------------------------------------------------------- */

static void answer_complete(struct upload_session *session)
{
	if (session->video_id)
		reply_empty(session->request, 204);
	else
		reply_bytes(session->request, 200,
			    "application/json; charset=utf-8", session->answer,
			    strlen(session->answer));
}

/* What was sent is of no use: all of it goes. */
static _Noreturn void give_up(struct upload_session *session,
			      struct new_video *video)
{
	struct task *task = session->request->task;

	db(task, "user/upload-session-delete", session->id);
	job_wake(task, JOB_remove);
	new_video_fail(video);
	fail(task, 422, "This file cannot be taken.");
}

static struct new_video *take_file(struct upload_session *session)
{
	struct request *request = session->request;
	struct task *task = request->task;
	struct new_video *video = arena_alloc(task->arena, sizeof(*video));

	video->request = request;
	video->form = json_load(task, session->form, strlen(session->form));
	video->filename = session->filename;
	video->slice = (struct media_slice){ session->full, 0, session->size };
	video->fd = session->fd;
	video->uuid = video->reserved = session->uuid;
	video->id = session->video_id;
	if (session->video_id)
		video->errors = json_keep(task, json_object_new_array());
	else
		video->errors = video_form_errors(request, 0, video->form);
	if (!json_object_array_length(video->errors))
		new_video_check_file(video);
	if (json_object_array_length(video->errors))
		give_up(session, video);
	return video;
}

static const char *store(struct upload_session *session,
			 struct new_video *video)
{
	struct task *task = session->request->task;

	if (!session->video_id)
		return new_video_insert(video, session->path,
					session->thumbnail);
	db(task, "user/video-edited", db_number(task, session->video_id),
	   db_number(task, session->request->viewer.id));
	return new_video_replace(video, session->path) ? "{}" : NULL;
}

static void complete(struct upload_session *session)
{
	struct task *task = session->request->task;
	struct new_video *video = take_file(session);

	upload_session_sync(session);
	db_begin(task);
	session->answer = store(session, video);
	if (!session->answer) {
		db_rollback(task);
		give_up(session, video);
	}
	db(task, "user/upload-session-end", session->id, session->answer);
	db_commit(task);
	new_video_wake(task);
	answer_complete(session);
}

/* --- the pieces ----------------------------------------------------------- */

static struct content_range read_range(struct request *request)
{
	const char *text = request_header(request, "content-range");
	struct content_range range;

	if (!text)
		fail_field(request->task, "Content-Range",
			   "Content-Range is missing");
	if (!content_range_parse(&range, text))
		fail_field(request->task, "Content-Range",
			   "Content-Range should be bytes FIRST-LAST/TOTAL");
	return range;
}

static void answer_progress(struct upload_session *session)
{
	struct request *request = session->request;

	reply_header(request, "Range", range_text(request, session->received));
	reply_header(request, "X-Upload-Expires", session->expires);
	reply_header(request, "Cache-Control", "no-store");
	reply_empty(request, 308);
}

static void answer_conflict(struct upload_session *session)
{
	struct request *request = session->request;
	const char *problem = upload_problem(request, upload_refusal("gap"));

	reply_header(request, "Range", range_text(request, session->received));
	reply_bytes(request, 409, "application/problem+json; charset=utf-8",
		    problem, strlen(problem));
}

static bool fits(const struct upload_session *session,
		 const struct content_range *range, int64_t size)
{
	return range->first == session->received &&
	       range->last < session->size &&
	       (range->total < 0 || range->total == session->size) &&
	       size == range->last - range->first + 1;
}

static void append(struct upload_session *session,
		   const struct content_range *range)
{
	struct upload_body *body = upload_body_open(session->request);

	if (!fits(session, range, body->size)) {
		answer_conflict(session);
		return;
	}
	upload_digest_check(session->request, body);
	upload_session_append(session, body);
	if (session->received < session->size)
		answer_progress(session);
	else
		complete(session);
}

static void put_piece(struct request *request)
{
	struct upload_session *session = upload_session_find(request);
	struct content_range range = read_range(request);

	if (session->answer) {
		answer_complete(session);
		return;
	}
	if (range.is_question && session->received < session->size) {
		answer_progress(session);
		return;
	}
	upload_session_lock(session);
	if (session->answer)
		answer_complete(session);
	else if (session->received == session->size)
		complete(session);
	else if (range.is_question)
		answer_progress(session);
	else
		append(session, &range);
}

static void cancel(struct request *request)
{
	struct upload_session *session = upload_session_find(request);

	db(request->task, "user/upload-session-delete", session->id);
	job_wake(request->task, JOB_remove);
	reply_empty(request, 204);
}

#define UPLOAD_ID \
	{ \
		.name = "upload_id", .type = PARAM_TEXT, .min = 1, .max = 100, \
		.required = true \
	}
#define PIECE(path, codes, document) \
	{ .method = "PUT", \
	  .pattern = path, \
	  .kind = ROUTE_HANDLER, \
	  .viewer = VIEWER_USER, \
	  .handler = put_piece, \
	  .body = BODY_FILE, \
	  .params = upload_id, \
	  .statuses = codes, \
	  .answer = document, \
	  .summary = "Send a piece of a file, or ask how far it came." }, \
	{ \
		.method = "DELETE", .pattern = path, .kind = ROUTE_HANDLER, \
		.viewer = VIEWER_USER, .handler = cancel, .status = 204, \
		.params = upload_id, .summary = "Give up a resumable upload." \
	}
#define START(path, function) \
	.method = "POST", .pattern = path, .kind = ROUTE_HANDLER, \
	.viewer = VIEWER_USER, .handler = function, .body = BODY_ANY, \
	.max_body = MAX_METADATA, .statuses = "201 200", .answer = ""

static const struct param upload_id[] = { UPLOAD_ID, { 0 } };

const struct route upload_resumable_routes[] = {
	{ START("/api/v1/videos/upload-resumable", start_video),
	  .summary = "Begin the upload of a video in pieces." },
	{ START("/api/v1/videos/:id/source/replace-resumable",
		start_replacement),
	  .summary = "Begin the upload of another file for a video." },
	PIECE("/api/v1/videos/upload-resumable", "200 308", "VideoCreated"),
	PIECE("/api/v1/videos/:id/source/replace-resumable", "204 308", NULL),
	{ 0 }
};
