/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "files.h"

#include <inttypes.h>
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

static void remove_directory(void *path)
{
	file_remove_tree(path);
}

const char *files_work_directory(struct job *job)
{
	struct arena *arena = job->task->arena;
	char *path =
		arena_printf(arena, "%s/work/%" PRId64 "-%" PRId64,
			     job->task->conf->media_dir, job->id, job->lease);

	if (!file_make_directory(job->task, path))
		job_retry(job, "The directory for the work cannot be made: %m");
	arena_defer(arena, remove_directory, path);
	return path;
}
