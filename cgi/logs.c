/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The programs' logs for admins (lib/log.h), and what applications add. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bug.h"
#include "conf.h"
#include "date.h"
#include "handlers.h"
#include "log.h"
#include "reply.h"
#include "throttle.h"

#define TAIL_MAX ((off_t)256 * 1024) /* bytes of one file that are looked at */
#define FILES_MAX 32
#define LINES_MAX 20000
#define ANSWER_MAX 1000
#define TIME_LEN 24 /* 2026-11-26T01:02:03.456Z */

struct line {
	const char *time;
	const char *level;
	const char *label;
	const char *message;
};

struct logs {
	struct request *request;
	const char *since; /* texts in the form of the lines, or NULL */
	const char *until;
	int level;
	struct line lines[LINES_MAX];
	size_t nr;
};

static int level_rank(const char *name)
{
	static const char *const names[] = { "debug", "info", "warn", "error" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (!strcmp(name, names[i]))
			return (int)i;
	return -1;
}

/* "TIME LEVEL LABEL[PID]: MESSAGE" is cut in place; anything else is none of
 * ours. */
static bool cut_line(char *text, struct line *line)
{
	char *level = text + TIME_LEN + 1, *label, *message;

	if (strlen(text) < TIME_LEN + 2 || text[TIME_LEN - 1] != 'Z' ||
	    text[TIME_LEN] != ' ' || text[10] != 'T')
		return false;
	label = strchr(level, ' ');
	message = label ? strstr(label, ": ") : NULL;
	if (!message)
		return false;
	text[TIME_LEN] = *label = *message = '\0';
	*line = (struct line){ text, level, label + 1, message + 2 };
	return true;
}

static bool is_wanted(const struct logs *logs, const struct line *line)
{
	return level_rank(line->level) >= logs->level &&
	       (!logs->since || strcmp(line->time, logs->since) >= 0) &&
	       (!logs->until || strcmp(line->time, logs->until) <= 0);
}

/* The end of a file as text, from the beginning of a line on. */
static char *read_tail(struct request *request, int fd)
{
	struct stat status;
	off_t start;
	size_t size;
	ssize_t got;
	char *text, *line;

	if (fstat(fd, &status) || !S_ISREG(status.st_mode))
		return NULL;
	start = status.st_size > TAIL_MAX ? status.st_size - TAIL_MAX : 0;
	size = (size_t)(status.st_size - start);
	text = arena_alloc(request->task->arena, size + 1);
	got = pread(fd, text, size, start);
	if (got < 0)
		return NULL;
	text[got] = '\0';
	if (!start)
		return text;
	line = strchr(text, '\n');
	return line ? line + 1 : NULL;
}

static void read_file(struct logs *logs, int folder, const char *name)
{
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	char *rest = fd >= 0 ? read_tail(logs->request, fd) : NULL;
	char *text;

	if (fd >= 0)
		close(fd);
	while (rest && (text = strsep(&rest, "\n")) && logs->nr < LINES_MAX)
		if (cut_line(text, &logs->lines[logs->nr]) &&
		    is_wanted(logs, &logs->lines[logs->nr]))
			logs->nr++;
}

static void read_folder(struct logs *logs, const char *path)
{
	DIR *folder = opendir(path);
	struct dirent *entry;
	int files = 0;

	if (!folder) {
		log_warning("%s: %s", path, strerror(errno));
		return;
	}
	while ((entry = readdir(folder)) && files < FILES_MAX) {
		size_t len = strlen(entry->d_name);

		if (len < 5 || strcmp(entry->d_name + len - 4, ".log"))
			continue;
		read_file(logs, dirfd(folder), entry->d_name);
		files++;
	}
	closedir(folder);
}

static int by_time(const void *a, const void *b)
{
	return strcmp(((const struct line *)a)->time,
		      ((const struct line *)b)->time);
}

static json_object *document_of(const struct line *line)
{
	json_object *document = json_object_new_object();

	json_object_object_add(document, "timestamp",
			       json_object_new_string(line->time));
	json_object_object_add(document, "level",
			       json_object_new_string(line->level));
	json_object_object_add(document, "label",
			       json_object_new_string(line->label));
	json_object_object_add(document, "message",
			       json_object_new_string(line->message));
	return document;
}

/* A date as the lines have theirs; NULL where none was given. */
static const char *line_time(struct request *request, const char *name)
{
	const char *text = request_declared(
		request, &(struct param){ .name = name, .type = PARAM_DATE });
	time_t when;
	struct tm tm;
	char *out;

	if (!text || !date_parse(text, strlen(text), &when))
		return NULL;
	out = arena_alloc(request->task->arena, TIME_LEN + 1);
	gmtime_r(&when, &tm);
	strftime(out, TIME_LEN + 1, "%Y-%m-%dT%H:%M:%S.000Z", &tm);
	return out;
}

static const struct param log_params[] = {
	{ .name = "startDate", .type = PARAM_DATE },
	{ .name = "endDate", .type = PARAM_DATE },
	{ .name = "level",
	  .type = PARAM_CHOICE,
	  .choices = "debug|info|warn|error",
	  .fallback = "info" },
	{ 0 },
};

static void show_logs(struct request *request)
{
	const char *folder = request->task->conf->log_dir;
	struct logs *logs = arena_alloc(request->task->arena, sizeof(*logs));
	json_object *answer;
	size_t first;

	logs->request = request;
	logs->since = line_time(request, "startDate");
	logs->until = line_time(request, "endDate");
	logs->level = level_rank(request_declared(request, &log_params[2]));
	if (*folder)
		read_folder(logs, folder);
	qsort(logs->lines, logs->nr, sizeof(logs->lines[0]), by_time);
	first = logs->nr > ANSWER_MAX ? logs->nr - ANSWER_MAX : 0;
	answer = json_object_new_array();
	for (size_t i = first; i < logs->nr; i++)
		json_object_array_add(answer, document_of(&logs->lines[i]));
	reply_json(request, 200, answer);
}

static const struct param client_params[] = {
	{ .name = "message",
	  .type = PARAM_CHARS,
	  .min = 1,
	  .max = 2000,
	  .required = true,
	  .in_body = true },
	{ .name = "url", .type = PARAM_TEXT, .max = 2000, .in_body = true },
	{ .name = "level",
	  .type = PARAM_CHOICE,
	  .choices = "error|warn",
	  .required = true,
	  .in_body = true },
	{ .name = "stackTrace",
	  .type = PARAM_TEXT,
	  .max = 15000,
	  .in_body = true },
	{ .name = "userAgent",
	  .type = PARAM_TEXT,
	  .max = 2000,
	  .in_body = true },
	{ .name = "meta", .type = PARAM_TEXT, .max = 15000, .in_body = true },
	{ 0 },
};

/* Whoever writes it may be anybody: never more than a warning of ours. */
static void take_client_log(struct request *request)
{
	const char *message, *url;

	for (const struct param *param = client_params; param->name; param++)
		request_declared(request, param);
	throttle_client_log(request);
	message = request_declared(request, &client_params[0]);
	url = request_declared(request, &client_params[1]);
	log_warning("an application says, at %.200s: %.1000s", url ? url : "?",
		    message);
	reply_empty(request, 204);
}

const struct route log_routes[] = {
	{ .method = "GET",
	  .pattern = "/api/v1/server/logs",
	  .kind = ROUTE_HANDLER,
	  .viewer = VIEWER_ADMIN,
	  .handler = show_logs,
	  .summary = "Read the newest lines of the programs' logs.",
	  .params = log_params,
	  .answer = "array LogLine" },
	{ .method = "POST",
	  .pattern = "/api/v1/server/logs/client",
	  .kind = ROUTE_HANDLER,
	  .handler = take_client_log,
	  .body = BODY_ANY,
	  .summary = "Tell the server of a failure of an application.",
	  .params = client_params,
	  .status = 204 },
	{ 0 },
};
