/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What nginx asks before it reads a body of the REST API that is a file or has
 * some (etc/nginx.conf.in, @api_files). How long it may be depends on what it
 * is for; a piece of an upload has to be the one that is missing.
 */
#include <inttypes.h>
#include <string.h>

#include "content_range.h"
#include "db.h"
#include "handlers.h"
#include "reply.h"
#include "scope.h"
#include "request_private.h"
#include "upload_check.h"
#include "upload_type.h"

/* Room for the other fields of a form. */
#define FORM_ROOM ((int64_t)256 * 1024)
#define METADATA_MAX ((int64_t)10 * 1024 * 1024)

struct limit {
	const char *part; /* of the path */
	int64_t max;
	const char *word; /* the refusal */
};

/* The first that fits. */
static const struct limit limits[] = {
	{ "-resumable", METADATA_MAX, "long" },
	{ "/captions/", UPLOAD_CAPTION_MAX + FORM_ROOM, "caption" },
	/* A thumbnail and a preview. */
	{ "/api/v1/videos/", 2 * UPLOAD_PICTURE_MAX + FORM_ROOM, "picture" },
	{ "", UPLOAD_PICTURE_MAX + FORM_ROOM, "picture" },
};

static const struct limit *limit_of(const char *path)
{
	const struct limit *limit = limits;

	while (!strstr(path, limit->part))
		limit++;
	return limit;
}

static const char *gap(struct request *request, int64_t received)
{
	reply_header(request, "X-Upload-Range",
		     arena_printf(request->task->arena, "bytes=0-%" PRId64,
				  received - 1));
	return "gap";
}

/* NULL, or the word of the refusal. A piece that overlaps is the program's to
 * judge, for the disk may have less than the row says. */
static const char *check_range(struct request *request, struct rows rows,
			       int64_t bytes)
{
	const char *text = request_header(request, "content-range");
	int64_t received = db_int(rows, 0, 1), size = db_int(rows, 0, 2);
	struct content_range range;

	if (!text || !content_range_parse(&range, text))
		return "range";
	if (range.is_question)
		return bytes > FORM_ROOM ? "long" : NULL;
	/* All is there already: only the answer is missing. */
	if (received == size)
		return bytes > size ? gap(request, received) : NULL;
	if (range.first > received || bytes > size - range.first)
		return gap(request, received);
	return NULL;
}

static const char *check_piece(struct request *request, int64_t bytes)
{
	struct task *task = request->task;
	const char *id = request_param(request, "upload_id");
	const char *word;
	struct rows rows;

	if (!id)
		return "name";
	rows = db(task, "user/upload-session-state",
		  db_number(task, request->viewer.id), id);
	word = db_text(rows, 0, 0);
	return word ? word : check_range(request, rows, bytes);
}

static const char *check(struct request *request)
{
	const char *path = request_variable(request, "ORIGINAL_PATH");
	const char *method = request_variable(request, "ORIGINAL_METHOD");
	bool has_length = request_variable(request, "EXPECTED_LENGTH");
	int64_t bytes = upload_announced(request);
	const struct limit *limit;

	if (!path || !method)
		fail(request->task, 500, "nginx did not name the request.");
	if (!request->viewer.id)
		return "login";
	if (!has_length)
		return "length";
	if (strstr(path, "-resumable") && !strcmp(method, "PUT"))
		return check_piece(request, bytes);
	limit = limit_of(path);
	if (bytes > limit->max)
		return limit->word;
	return upload_has_space(request->task, bytes) ? NULL : "space";
}

static void check_files(struct request *request)
{
	const char *word = check(request);

	if (word)
		upload_refuse(request, word);
	else
		reply_empty(request, 204);
}

const struct route upload_check_files_routes[] = {
	{ .method = "GET",
	  .pattern = "/api/v1/files/check",
	  .kind = ROUTE_HANDLER,
	  .viewer = VIEWER_OPTIONAL,
	  .scope = SCOPE_ANY,
	  .handler = check_files },
	{ 0 },
};
