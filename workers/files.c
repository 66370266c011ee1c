/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "files.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "conf.h"
#include "db.h"
#include "file.h"

const char *files_find(struct task *task, const char *relative)
{
	const char *path = file_media(task, true, relative);

	return file_size(path) >= 0 ? path : file_media(task, false, relative);
}

void files_move(struct job *job, const char *video_id, bool is_public)
{
	struct task *task = job->task;
	struct rows rows = db(task, "media/files", video_id);

	for (int i = 0; i < rows.count; i++) {
		const char *relative = db_text(rows, i, 0);

		if (!file_move(task, file_media(task, !is_public, relative),
			       file_media(task, is_public, relative)))
			job_retry(job, "%s: %m", relative);
	}
	rows = db(task, "media/hls-directory", video_id);
	rmdir(file_media(task, !is_public, db_text(rows, 0, 0)));
}

int64_t files_free(struct task *task)
{
	struct statvfs fs;

	if (statvfs(task->conf->media_dir, &fs))
		return INT64_MAX;
	return (int64_t)(fs.f_bavail * fs.f_frsize);
}

static const char *work_place(struct task *task)
{
	return arena_printf(task->arena, "%s/work", task->conf->media_dir);
}

static char *work_directory(struct job *job)
{
	return arena_printf(job->task->arena, "%s/%" PRId64 "-%" PRId64,
			    work_place(job->task), job->id, job->lease);
}

static void close_directory(void *directory)
{
	closedir(directory);
}

static DIR *open_directory(struct task *task, const char *path)
{
	DIR *directory = opendir(path);

	if (directory)
		arena_defer(task->arena, close_directory, directory);
	return directory;
}

int64_t files_written(struct job *job)
{
	const char *path = work_directory(job);
	DIR *directory = open_directory(job->task, path);
	struct dirent *entry;
	int64_t bytes = 0;

	while (directory && (entry = readdir(directory)))
		if (entry->d_name[0] != '.')
			bytes += file_size(arena_printf(job->task->arena,
							"%s/%s", path,
							entry->d_name));
	return bytes;
}

/* The directory of an earlier attempt, or NULL. */
static const char *find_earlier(struct job *job)
{
	struct arena *arena = job->task->arena;
	const char *work = work_place(job->task);
	const char *ours = arena_printf(arena, "%" PRId64 "-", job->id);
	DIR *directory = open_directory(job->task, work);
	struct dirent *entry;

	while (directory && (entry = readdir(directory)))
		if (!strncmp(entry->d_name, ours, strlen(ours)))
			return arena_printf(arena, "%s/%s", work,
					    entry->d_name);
	return NULL;
}

static void remove_directory(void *path)
{
	file_remove_tree(path);
}

const char *files_work_directory(struct job *job)
{
	char *path = work_directory(job);
	const char *earlier = find_earlier(job);

	job->has_directory = true;
	if (earlier)
		file_remove_tree(earlier);
	if (!file_make_directory(job->task, path))
		job_retry(job, "The directory for the work cannot be made: %m");
	arena_defer(job->task->arena, remove_directory, path);
	return path;
}

const char *files_work_resumed(struct job *job, bool *is_resumed)
{
	const char *path = work_directory(job);
	const char *earlier = find_earlier(job);

	job->has_directory = true;
	*is_resumed = earlier && !rename(earlier, path);
	if (!*is_resumed && !file_make_directory(job->task, path))
		job_retry(job, "The directory for the work cannot be made: %m");
	return path;
}
