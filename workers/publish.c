/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Job `publish {videoId, seeds}`: after a change of privacy or state the
 * video's files move between public/ and private/, and its torrents are made
 * or removed. Files leave public/ before the database says so and come there
 * once the privacy allows it; whoever comes after a crash moves them all
 * again, for they may be in either tree. With `seeds: true` it is mirrors that
 * have changed: the torrents name them as web seeds.
 */

#include <string.h>

#include "conf.h"
#include "db.h"
#include "file.h"
#include "files.h"
#include "json.h"
#include "log.h"
#include "torrent.h"
#include "work.h"

#define MAX_FILES 64
#define MAX_SEEDS 21

struct publish {
	struct job *job;
	const char *video_id;
	bool wants_public;
	const char *directory; /* for new torrents; NULL: not made */
};

static void load(struct publish *publish)
{
	struct task *task = publish->job->task;
	struct rows rows = db(task, "media/lock", publish->video_id);

	publish->wants_public = db_bool(rows, 0, 0) && db_bool(rows, 0, 2);
}

static bool alive(void *ctx)
{
	return job_progress(ctx, 50);
}

static const char *new_path(const struct publish *publish, const char *name)
{
	return arena_printf(publish->job->task->arena, "%s/%s",
			    publish->directory, name);
}

static void make_torrent(struct publish *publish, struct rows rows, int i,
			 struct torrent *torrent)
{
	struct task *task = publish->job->task;
	const char *relative = db_text(rows, i, 1);

	*torrent = (struct torrent){
		.path = files_find(task, relative),
		.name = torrent_name(task, db_text(rows, i, 2),
				     (int)db_int(rows, i, 3)),
		.web_seed = arena_printf(task->arena, "%s/%s",
					 task->conf->origin, relative),
		.created = time(NULL),
		.alive = alive,
		.ctx = publish->job,
	};
	if (!torrent_write(task, torrent,
			   new_path(publish, db_text(rows, i, 4))))
		job_retry(publish->job, "A torrent could not be written.");
}

/* Read before the row is locked, for that takes as long as the files do. */
static struct rows make_torrents(struct publish *publish,
				 struct torrent torrents[])
{
	struct rows rows = db(publish->job->task, "media/without-torrent",
			      publish->video_id);

	if (rows.count)
		publish->directory = files_work_directory(publish->job);
	for (int i = 0; i < rows.count && i < MAX_FILES; i++)
		make_torrent(publish, rows, i, &torrents[i]);
	return rows;
}

static void place_torrents(struct publish *publish, struct rows rows,
			   const struct torrent torrents[])
{
	struct task *task = publish->job->task;

	for (int i = 0; i < rows.count && i < MAX_FILES; i++) {
		const char *name = db_text(rows, i, 4);
		const char *to = file_media(
			task, true,
			arena_printf(task->arena, "lazy-static/torrents/%s",
				     name));

		if (!file_move(task, new_path(publish, name), to))
			job_retry(publish->job, "%s: %m", name);
		db(task, "media/set-torrent", db_text(rows, i, 0),
		   db_bytes(task, torrents[i].info_hash, SHA1_BYTES), name,
		   torrents[i].name);
	}
}

static void tell_seeds(struct publish *publish)
{
	struct task *task = publish->job->task;
	struct rows rows = db(task, "media/torrent-seeds", publish->video_id);
	const char *seeds[MAX_SEEDS];
	int nr = 0;

	for (int i = 0; i < rows.count; i++) {
		const char *name = db_text(rows, i, 0);

		if (nr < MAX_SEEDS)
			seeds[nr++] = db_text(rows, i, 1);
		if (i + 1 < rows.count &&
		    !strcmp(name, db_text(rows, i + 1, 0)))
			continue;
		if (!torrent_set_seeds(
			    task,
			    files_find(task,
				       arena_printf(task->arena,
						    "lazy-static/torrents/%s",
						    name)),
			    seeds, nr))
			log_warning("%s: its web seeds cannot be changed",
				    name);
		nr = 0;
	}
}

static void remove_torrents(struct publish *publish)
{
	struct task *task = publish->job->task;
	struct rows rows = db(task, "media/clear-torrents", publish->video_id);

	for (int i = 0; i < rows.count; i++)
		for (int is_public = 0; is_public < 2; is_public++)
			file_remove(file_media(task, is_public,
					       db_text(rows, i, 0)));
}

static void finish(struct publish *publish, struct rows rows,
		   const struct torrent torrents[])
{
	struct job *job = publish->job;
	struct task *task = job->task;
	bool wanted = publish->wants_public;

	db_begin(task);
	load(publish);
	if (publish->wants_public != wanted)
		job_retry(job, "The privacy changed meanwhile.");
	if (!wanted)
		remove_torrents(publish);
	files_move(job, publish->video_id, wanted);
	if (wanted)
		place_torrents(publish, rows, torrents);
	db(task, "media/moved", publish->video_id, wanted ? "true" : "false");
	db_query(task, "media/tracker-wanted", 0, NULL);
	job_done(job);
	db_commit(task);
	job_wake(task, JOB_tracker);
}

static void run(struct job *job)
{
	struct torrent torrents[MAX_FILES];
	struct publish publish = { .job = job };
	struct rows rows = { 0 };

	publish.video_id = db_number(
		job->task, json_object_get_int64(json_object_object_get(
				   job->payload, "videoId")));
	if (json_flag(job->payload, "seeds", false)) {
		tell_seeds(&publish);
		return;
	}
	load(&publish);
	if (publish.wants_public)
		rows = make_torrents(&publish, torrents);
	finish(&publish, rows, torrents);
}

WORKER(publish, .run = run);
