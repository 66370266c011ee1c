/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Job `remove {uuid, source, files, folder}`: the files of what was deleted,
 * below public/ and private/, for they may just have been moved.
 */
#include "conf.h"
#include "file.h"
#include "log.h"
#include "work.h"

static const char *text_of(json_object *object, const char *key)
{
	return json_object_get_string(json_object_object_get(object, key));
}

static void remove_relative(struct job *job, const char *relative)
{
	if (!relative || !file_is_relative(relative))
		job_fail(job, "Not a path of ours: %s", relative);
	for (int is_public = 0; is_public < 2; is_public++)
		if (!file_remove(file_media(job->task, is_public, relative)))
			job_retry(job, "%s: %m", relative);
}

static void remove_folder(struct job *job, const char *relative)
{
	if (!file_is_relative(relative))
		job_fail(job, "Not a path of ours: %s", relative);
	for (int is_public = 0; is_public < 2; is_public++)
		file_remove_tree(file_media(job->task, is_public, relative));
}

static void run(struct job *job)
{
	json_object *files = json_object_object_get(job->payload, "files");
	const char *uuid = text_of(job->payload, "uuid");
	const char *source = text_of(job->payload, "source");
	const char *folder = text_of(job->payload, "folder");
	size_t nr = json_object_is_type(files, json_type_array) ?
			    json_object_array_length(files) :
			    0;

	for (size_t i = 0; i < nr; i++)
		remove_relative(job,
				json_object_get_string(
					json_object_array_get_idx(files, i)));
	if (uuid)
		remove_folder(job,
			      arena_printf(job->task->arena,
					   "static/streaming-playlists/hls/%s",
					   uuid));
	if (folder)
		remove_folder(job, folder);
	if (source && file_is_relative(source))
		file_remove(arena_printf(job->task->arena, "%s/%s",
					 job->task->conf->media_dir, source));
}

WORKER(remove, .run = run);
