/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ffmpeg.h"

#include <stdarg.h>

#include "bug.h"
#include "buf.h"
#include "child.h"
#include "conf.h"
#include "files.h"
#include "log.h"

#define MEMORY (4LL << 30)
#define SLOW_DISK (8 << 20) /* bytes moved in a second */
#define FILE_BYTES (1LL << 40)
#define KEPT_LINES 12

void argument(struct arguments *arguments, const char *text)
{
	if (arguments->nr + 1 >= ARRAY_LEN(arguments->items))
		BUG("too many arguments for FFmpeg");
	arguments->items[arguments->nr++] = text;
}

void argument_list(struct arguments *arguments, const char *const *list)
{
	for (; *list; list++)
		argument(arguments, *list);
}

void argument_printf(struct arguments *arguments, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	argument(arguments, arena_vprintf(arguments->task->arena, fmt, args));
	va_end(args);
}

static struct sandbox sandbox_of(const struct ffmpeg *ffmpeg)
{
	return (struct sandbox){
		.program = ffmpeg->job->task->conf->ffmpeg,
		.inputs = { ffmpeg->input.path },
		.directory = ffmpeg->directory,
	};
}

void ffmpeg_start(struct arguments *arguments, const struct ffmpeg *ffmpeg,
		  const char *const *before_input)
{
	static const char *const common[] = { "-nostdin",
					      "-hide_banner",
					      "-v",
					      "error",
					      "-y",
					      "-progress",
					      "pipe:1",
					      "-stats_period",
					      "1",
					      "-protocol_whitelist",
					      MEDIA_PROTOCOLS,
					      NULL };
	struct sandbox sandbox = sandbox_of(ffmpeg);

	arguments->task = ffmpeg->job->task;
	argument_list(arguments, common);
	argument(arguments, "-format_whitelist");
	argument(arguments, ffmpeg->formats ? ffmpeg->formats : MEDIA_FORMATS);
	argument(arguments, "-max_pixels");
	argument_printf(arguments, "%d", MEDIA_MAX_PIXELS);
	if (before_input)
		argument_list(arguments, before_input);
	argument(arguments, "-i");
	argument(arguments,
		 media_url(arguments->task, &sandbox, 0, ffmpeg->input));
}

struct progress {
	const struct ffmpeg *ffmpeg;
	char line[128];
	size_t len;
	double seconds;
	bool has_moved;
};

static void take_line(struct progress *progress)
{
	double seconds;

	if (strncmp(progress->line, "out_time_us=", 12))
		return;
	seconds = strtod(progress->line + 12, NULL) / 1e6;
	if (seconds > progress->seconds)
		progress->has_moved = true;
	progress->seconds = seconds;
}

static bool on_output(void *ctx, const char *text, size_t len)
{
	struct progress *progress = ctx;

	progress->has_moved = false;
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\n') {
			progress->line[progress->len] = '\0';
			take_line(progress);
			progress->len = 0;
		} else if (progress->len + 1 < sizeof(progress->line)) {
			progress->line[progress->len++] = text[i];
		}
	}
	return progress->has_moved;
}

static bool on_tick(void *ctx)
{
	struct progress *progress = ctx;
	const struct ffmpeg *ffmpeg = progress->ffmpeg;
	double share =
		ffmpeg->seconds > 0 ? progress->seconds / ffmpeg->seconds : 0;
	int width = ffmpeg->to_percent - ffmpeg->from_percent;

	if (share < 0)
		share = 0;
	if (share > 1)
		share = 1;
	return job_progress(ffmpeg->job,
			    ffmpeg->from_percent + (int)(share * width));
}

/* "[mov,mp4 @ 0x55e] file:/in/0: Invalid data" without what only we know. */
static const char *readable_line(struct task *task, const char *line)
{
	char *copy, *end;

	if (*line == '[' && (end = strchr(line, ']')))
		line = end + 1;
	while (*line == ' ')
		line++;
	copy = arena_strdup(task->arena, line);
	for (char *c = copy; *c; c++)
		if (*c < 0x20 || *c > 0x7e)
			*c = '?';
	end = strstr(copy, ": ");
	if (end &&
	    (strstr(copy, "file:") == copy || strstr(copy, "subfile,") == copy))
		return end + 2;
	return copy;
}

/* Its last lines, each once. */
static const char *readable(struct task *task, const char *errors)
{
	char *copy = arena_strdup(task->arena, errors);
	struct buf buf = buf_make(task->arena, JOB_DETAILS);
	const char *lines[KEPT_LINES];
	size_t nr = 0;
	char *line;

	while ((line = strsep(&copy, "\n"))) {
		const char *text = readable_line(task, line);

		if (!*text ||
		    (nr && !strcmp(text, lines[(nr - 1) % KEPT_LINES])))
			continue;
		lines[nr++ % KEPT_LINES] = text;
	}
	for (size_t i = nr > KEPT_LINES ? nr - KEPT_LINES : 0; i < nr; i++)
		buf_printf(&buf, "%.300s%s", lines[i % KEPT_LINES],
			   i + 1 < nr ? "\n" : "");
	return buf.len ? buf.data : "";
}

static const char *judge(const struct ffmpeg *ffmpeg,
			 const struct child_result *result)
{
	struct job *job = ffmpeg->job;

	if (files_free(job->task) < FILES_LEAST_FREE)
		job_wait_for_room(job);
	if (*result->errors)
		job_details(job, readable(job->task, result->errors));
	if (child_ok(result))
		return NULL;
	log_info("ffmpeg %d/%d: %.300s", (int)result->end, result->status,
		 job->details);
	if (result->end == CHILD_STOPPED)
		job_stop(job);
	if (strstr(result->errors, "No space left"))
		job_wait_for_room(job);
	if (result->end == CHILD_SILENT)
		job_retry(job, "Converting it did not get ahead for %d s.",
			  job->task->conf->stalled_seconds);
	if (result->end == CHILD_TOO_LONG)
		job_fail(job, "Converting it took too long.");
	if (result->end == CHILD_EXITED && result->status == 127)
		job_retry(job, "FFmpeg cannot be run.");
	if (result->end == CHILD_SIGNALLED || result->status > 128)
		job_retry(job, "FFmpeg was ended by signal %d.",
			  result->status & 127);
	return "This file could not be converted.";
}

const char *ffmpeg_run(const struct ffmpeg *ffmpeg, struct arguments *arguments)
{
	struct task *task = ffmpeg->job->task;
	struct sandbox sandbox = sandbox_of(ffmpeg);
	struct progress progress = { .ffmpeg = ffmpeg };
	double seconds = ffmpeg->seconds > 0 ? ffmpeg->seconds : 3600;
	struct child child = {
		.argv = sandbox_argv(task, &sandbox, arguments->items),
		.directory = ffmpeg->directory,
		.nice = 15,
		.wall_seconds = 60 + (int)(30 * seconds),
		.silent_seconds = task->conf->stalled_seconds +
				  (int)(ffmpeg->moved_bytes / SLOW_DISK),
		.cpu_seconds = 600 + (int)(120 * seconds),
		.address_space = MEMORY,
		.file_size = FILE_BYTES,
		.open_files = 64,
		.on_output = on_output,
		.on_tick = on_tick,
		.ctx = &progress,
	};
	struct child_result result;

	child_run(task, &child, &result);
	return judge(ffmpeg, &result);
}
