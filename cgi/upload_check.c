/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What nginx asks before it reads an upload's body (etc/nginx.conf.in): may
 * these bytes come? An early no spares the uploader an hour.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "bug.h"
#include "conf.h"
#include "csrf.h"
#include "db.h"
#include "handlers.h"
#include "json.h"
#include "log.h"
#include "reply.h"
#include "scope.h"
#include "request_private.h"
#include "upload_check.h"
#include "upload_type.h"

#define DOCS \
	"https://docs.joinpeertube.org/api-rest-reference.html" \
	"#section/Errors/"

static const struct refusal refusals[] = {
	{ "form", 403, "Forbidden", NULL,
	  "This form is too old, or cookies are off. Please load the page"
	  " again and send it once more." },
	{ "login", 401, "Unauthorized", "invalid_token",
	  "Please sign in first." },
	{ "scope", 403, "Forbidden", "insufficient_scope",
	  "This token is not for such a request." },
	{ "size", 413, "Payload Too Large", "max_file_size_reached",
	  "The file is larger than this site takes." },
	{ "picture", 413, "Payload Too Large", "max_file_size_reached",
	  "A picture may have 8 MiB at most." },
	{ "quota", 413, "Payload Too Large", "quota_reached",
	  "The file does not fit into what is left of your video quota." },
	{ "daily", 413, "Payload Too Large", "quota_reached",
	  "The file does not fit into what is left of your quota of today." },
	{ "failed", 503, "Service Unavailable", NULL,
	  "The upload could not be taken: this form is being sent already, or"
	  " the server has no room. Please load the page again, choose the"
	  " file and send it once more." },
	{ "unknown", 404, "Not Found", "FileNotFound",
	  "There is no such upload." },
	{ "foreign", 403, "Forbidden", "FileNotAllowed",
	  "This upload is somebody else's." },
	{ "expired", 410, "Gone", "GONE",
	  "This upload lay untouched for a day and was given up." },
	{ "gap", 409, "Conflict", "FileConflict",
	  "This piece does not follow what is there: see Range." },
	{ "name", 400, "Bad Request", NULL, "upload_id is missing." },
	{ "range", 400, "Bad Request", NULL,
	  "Content-Range should be bytes FIRST-LAST/TOTAL." },
	{ "length", 411, "Length Required", NULL,
	  "Say the length of what you send (Content-Length)." },
	{ "long", 413, "Payload Too Large", NULL,
	  "This is longer than it may be." },
	{ "caption", 413, "Payload Too Large", "max_file_size_reached",
	  "A caption file may have 20 MiB at most." },
	{ "space", 507, "Insufficient Storage", NULL,
	  "There is no room left for uploads. The administrators have to make"
	  " some." },
};

const struct refusal *upload_refusal(const char *word)
{
	for (size_t i = 0; word && i < ARRAY_LEN(refusals); i++)
		if (!strcmp(refusals[i].word, word))
			return &refusals[i];
	return &refusals[0];
}

static void add_text(json_object *object, const char *key, const char *text)
{
	json_object_object_add(object, key, json_object_new_string(text));
}

const char *upload_problem(struct request *request,
			   const struct refusal *refusal)
{
	struct arena *arena = request->task->arena;
	json_object *problem =
		json_keep(request->task, json_object_new_object());
	const char *type = "about:blank";

	if (refusal->code) {
		type = arena_printf(arena, DOCS "%s", refusal->code);
		add_text(problem, "code", refusal->code);
	}
	add_text(problem, "type", type);
	add_text(problem, "title", refusal->title);
	json_object_object_add(problem, "status",
			       json_object_new_int(refusal->status));
	add_text(problem, "detail", refusal->text);
	add_text(problem, "error", refusal->text);
	return json_object_to_json_string_ext(problem,
					      JSON_C_TO_STRING_NOSLASHESCAPE);
}

/* nginx knows 401 and 403 only; the headers say the rest. */
void upload_refuse(struct request *request, const char *word)
{
	const struct refusal *refusal = upload_refusal(word);

	reply_header(request, "X-Upload-Refusal", refusal->word);
	reply_header(request, "X-Upload-Status",
		     arena_printf(request->task->arena, "%d", refusal->status));
	reply_header(request, "X-Upload-Problem",
		     upload_problem(request, refusal));
	log_info("upload by %s refused: %s",
		 request->viewer.username ? request->viewer.username : "nobody",
		 refusal->word);
	reply_empty(request, 403);
}

static void close_folder(void *ptr)
{
	closedir(ptr);
}

/* Bytes of bodies that are arriving now. */
static int64_t arrived(struct task *task)
{
	DIR *folder = opendir(arena_printf(task->arena, "%s/incoming",
					   task->conf->media_dir));
	struct dirent *entry;
	struct stat status;
	int64_t bytes = 0;

	if (!folder)
		return 0;
	arena_defer(task->arena, close_folder, folder);
	while ((entry = readdir(folder)))
		if (!fstatat(dirfd(folder), entry->d_name, &status,
			     AT_SYMLINK_NOFOLLOW) &&
		    S_ISREG(status.st_mode))
			bytes += (int64_t)status.st_blocks * 512;
	return bytes;
}

/* Free are the file system's bytes less what was promised to the uploads that
 * run and has not arrived yet. */
bool upload_has_space(struct task *task, int64_t bytes)
{
	int64_t reserved = db_int(db(task, "user/upload-reserved"), 0, 0);
	int64_t outstanding = reserved - arrived(task);
	int64_t minimum = (int64_t)task->conf->min_free_megabytes * 1000000;
	struct statvfs disk;

	if (statvfs(task->conf->media_dir, &disk)) {
		log_error("%s: %s", task->conf->media_dir, strerror(errno));
		fail(task, 500, "Something went wrong on our side.");
	}
	if (outstanding < 0)
		outstanding = 0;
	return (int64_t)(disk.f_bavail * disk.f_frsize) - outstanding - bytes >=
	       minimum;
}

int64_t upload_announced(struct request *request)
{
	const char *text = request_variable(request, "EXPECTED_LENGTH");
	int64_t bytes = text ? strtoll(text, NULL, 10) : 0;

	return bytes > 0 ? bytes : 0;
}

/* All that might come counts as announced: else many such bodies at once would
 * fill disk and quota. */
static int64_t most(struct task *task, const char *viewer, const char *id)
{
	int64_t room = db_int(db(task, "user/upload-room", viewer, id), 0, 0);

	return room > 0 ? room : 1;
}

/* NULL, or the word of the refusal. */
static const char *reserve(struct request *request, int64_t bytes)
{
	struct task *task = request->task;
	const char *viewer = db_number(task, request->viewer.id);
	const char *id = request_header(request, "x-upload-id");
	const char *word;

	if (!id)
		fail(task, 500, "nginx did not name the upload.");
	db_begin(task);
	db(task, "user/upload-lock", viewer);
	if (!bytes)
		bytes = most(task, viewer, id);
	word = db_text(db(task, "user/upload-refusal", viewer, id,
			  db_number(task, bytes)),
		       0, 0);
	if (!word && !upload_has_space(task, bytes))
		word = "space";
	if (!word)
		db(task, "user/upload-begin", viewer, id,
		   db_number(task, bytes));
	db_commit(task);
	return word;
}

static bool starts_with(const char *text, const char *start)
{
	return !strncmp(text, start, strlen(start));
}

static void check(struct request *request)
{
	const char *uri = request_variable(request, "ORIGINAL_URI");
	int64_t bytes = upload_announced(request);
	bool is_api = starts_with(request->path, "/api/");
	const char *word;

	if (!request->viewer.id) {
		upload_refuse(request, "login");
		return;
	}
	if (!(request->viewer.scopes & SCOPE_UPLOAD)) {
		upload_refuse(request, "scope");
		return;
	}
	if (!is_api)
		csrf_check(request);
	if (!is_api && uri && !starts_with(uri, "/upload/video")) {
		if (bytes > UPLOAD_PICTURE_MAX) {
			upload_refuse(request, "picture");
			return;
		}
		if (!bytes)
			bytes = UPLOAD_PICTURE_MAX;
	}
	word = reserve(request, bytes);
	if (word)
		upload_refuse(request, word);
	else
		reply_empty(request, 204);
}

/* After the answer, or when the connection was cut. */
static void end(struct request *request)
{
	const char *id = request_header(request, "x-upload-id");

	if (id)
		db(request->task, "user/upload-end", id);
	reply_empty(request, 204);
}

static void show_refusal(struct request *request)
{
	const struct refusal *refusal =
		upload_refusal(request_param(request, "why"));

	if (refusal->status == 401)
		reply_redirect(request, "/login?next=%2Fvideos%2Fpublish");
	else
		fail(request->task, refusal->status,
		     "%s Nothing of it was"
		     " stored.",
		     refusal->text);
}

const struct route upload_check_routes[] = {
	{ .method = "GET",
	  .pattern = "/upload/check",
	  .kind = ROUTE_HANDLER,
	  .viewer = VIEWER_OPTIONAL,
	  .handler = check },
	{ .method = "GET",
	  .pattern = "/api/v1/videos/upload/check",
	  .kind = ROUTE_HANDLER,
	  .viewer = VIEWER_OPTIONAL,
	  .scope = SCOPE_ANY,
	  .handler = check },
	{ .method = "GET",
	  .pattern = "/upload/end",
	  .kind = ROUTE_HANDLER,
	  .viewer = VIEWER_NONE,
	  .handler = end },
	{ .method = "GET",
	  .pattern = "/upload/refused",
	  .kind = ROUTE_HANDLER,
	  .viewer = VIEWER_OPTIONAL,
	  .handler = show_refusal },
	{ 0 },
};
