/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Job `transcode {videoId}`: probe, convert, thumbnails, torrents; then the
 * files go to their places, and rows, state and the job's completion are one
 * transaction. Each run makes new names, so a second one replaces what the
 * first made and never writes into it.
 */
#include "transcode.h"

#include <dirent.h>
#include <fcntl.h>
#include <math.h>
#include <sys/stat.h>

#include "conf.h"
#include "db.h"
#include "file.h"
#include "files.h"
#include "log.h"

static bool load(struct transcode *transcode)
{
	struct job *job = transcode->job;
	struct task *task = job->task;
	json_object *video = json_object_object_get(job->payload, "videoId");
	struct rows rows;

	transcode->video_id = db_number(task, json_object_get_int64(video));
	rows = db(task, "media/source", transcode->video_id);
	if (!rows.count)
		return false;
	transcode->uuid = db_text(rows, 0, 0);
	transcode->name = db_text(rows, 0, 1);
	transcode->may_have_torrents = db_int(rows, 0, 2) <= 2;
	transcode->source = (struct media_slice){
		.path = arena_printf(task->arena, "%s/%s",
				     task->conf->media_dir,
				     db_text(rows, 0, 3)),
		.start = db_int(rows, 0, 4),
		.size = db_int(rows, 0, 5),
	};
	transcode->max_resolution = (int)db_int(rows, 0, 6);
	transcode->keeps_source = db_bool(rows, 0, 7);
	transcode->has_custom_thumbnail = db_bool(rows, 0, 8);
	transcode->generation = db_text(rows, 0, 9);
	transcode->thumbnail =
		arena_printf(task->arena, "%s.jpg", db_text(rows, 0, 10));
	transcode->preview =
		arena_printf(task->arena, "%s.jpg", db_text(rows, 0, 11));
	transcode->master = arena_printf(task->arena, "%s-master.m3u8",
					 transcode->generation);
	transcode->hashes = arena_printf(task->arena, "%s-segments-sha256.json",
					 transcode->generation);
	return true;
}

/* How much it takes is a guess, until it has been too little. */
static void make_directory(struct transcode *transcode)
{
	struct job *job = transcode->job;
	int64_t free_bytes;

	transcode->directory = files_work_directory(job);
	free_bytes = files_free(job->task);
	if (free_bytes < 2 * transcode->source.size || free_bytes < job->room)
		job_wait_for_room(job);
}

static void close_directory(void *directory)
{
	closedir(directory);
}

/* Before the transaction: this may take longer than one may be idle. From now
 * on the sweep takes the files for new ones. */
static void sync_files(struct transcode *transcode)
{
	struct job *job = transcode->job;
	DIR *directory = opendir(transcode->directory);
	struct dirent *entry;

	if (!directory)
		job_retry(job, "%s: %m", transcode->directory);
	arena_defer(job->task->arena, close_directory, directory);
	while ((entry = readdir(directory))) {
		const char *path = transcode_path(transcode, entry->d_name);

		if (entry->d_name[0] == '.')
			continue;
		if (utimensat(AT_FDCWD, path, NULL, AT_SYMLINK_NOFOLLOW) ||
		    !file_sync(path))
			job_retry(job, "%s: %m", entry->d_name);
		if (!job_progress(job, 99))
			job_stop(job);
	}
}

/* The rows follow in the same transaction. */
static void place(struct transcode *transcode, bool is_public, const char *name,
		  const char *folder, const char *as)
{
	struct task *task = transcode->job->task;
	const char *from = transcode_path(transcode, name);
	const char *to =
		file_media(task, is_public,
			   arena_printf(task->arena, "%s/%s", folder, as));

	if (!file_move(task, from, to))
		job_retry(transcode->job,
			  "%s could not be put in its place: "
			  "%m",
			  as);
}

static void place_files(struct transcode *transcode, bool is_public)
{
	struct arena *arena = transcode->job->task->arena;
	const struct plan *plan = &transcode->plan;
	const char *hls = arena_printf(arena,
				       "static/streaming-playlists/hls/"
				       "%s",
				       transcode->uuid);

	for (int i = 0; i < plan->nr_renditions; i++) {
		const struct rendition *r = &plan->renditions[i];

		place(transcode, is_public, r->web, "static/web-videos",
		      r->web);
		place(transcode, is_public, r->fragmented, hls, r->fragmented);
		place(transcode, is_public, r->playlist, hls, r->playlist);
		if (!transcode->web[i].file)
			continue;
		place(transcode, is_public, transcode->web[i].file,
		      "lazy-static/torrents", transcode->web[i].file);
		place(transcode, is_public, transcode->hls[i].file,
		      "lazy-static/torrents", transcode->hls[i].file);
	}
	place(transcode, is_public, transcode->master, hls, transcode->master);
	place(transcode, is_public, transcode->hashes, hls, transcode->hashes);
	if (transcode->has_custom_thumbnail)
		return;
	place(transcode, is_public, "preview.jpg", "lazy-static/thumbnails",
	      transcode->preview);
	place(transcode, is_public, "thumbnail.jpg", "lazy-static/thumbnails",
	      transcode->thumbnail);
}

struct file_row {
	const char *playlist_id;
	const char *filename;
	int64_t size;
	const struct made_torrent *torrent;
};

static void add_file(struct transcode *transcode, const struct rendition *r,
		     struct file_row row)
{
	struct task *task = transcode->job->task;
	const struct media_info *info = &r->info;
	const struct made_torrent *torrent = row.torrent;
	const char *codecs =
		arena_printf(task->arena, "%s%s%s", info->video.codec_string,
			     info->has_audio ? "," : "",
			     info->has_audio ? info->audio.codec_string : "");

	db(task, "media/add-file", transcode->video_id, row.playlist_id,
	   row.filename, db_number(task, r->resolution),
	   db_number(task, info->video.width),
	   db_number(task, info->video.height),
	   arena_printf(task->arena, "%.6g", transcode->plan.fps),
	   db_number(task, row.size), db_number(task, r->hls.peak), codecs,
	   info->has_audio ? "true" : "false",
	   torrent->file ?
		   db_bytes(task, torrent->torrent.info_hash, SHA1_BYTES) :
		   NULL,
	   torrent->file, torrent->file ? torrent->torrent.name : NULL,
	   json_object_to_json_string(info->document));
}

static void add_rows(struct transcode *transcode)
{
	struct task *task = transcode->job->task;
	const struct plan *plan = &transcode->plan;
	struct rows rows;
	const char *playlist_id;

	rows = db(task, "media/add-playlist", transcode->video_id,
		  transcode->master, transcode->hashes);
	playlist_id = db_text(rows, 0, 0);
	for (int i = 0; i < plan->nr_renditions; i++) {
		const struct rendition *r = &plan->renditions[i];

		add_file(transcode, r,
			 (struct file_row){ NULL, r->web, r->web_size,
					    &transcode->web[i] });
		add_file(transcode, r,
			 (struct file_row){ playlist_id, r->fragmented,
					    r->fragmented_size,
					    &transcode->hls[i] });
	}
	if (transcode->has_custom_thumbnail)
		return;
	db(task, "media/add-thumbnail", transcode->video_id, "thumbnail",
	   transcode->thumbnail, "280", "157", "false");
	db(task, "media/add-thumbnail", transcode->video_id, "preview",
	   transcode->preview, "850", "480", "false");
}

static void insert_after(struct transcode *transcode, bool is_public)
{
	struct task *task = transcode->job->task;
	json_object *payload = json_object_new_object();
	const char *uniq =
		arena_printf(task->arena, "publish %s", transcode->video_id);

	if (!is_public) {
		json_object_put(payload);
		return;
	}
	if (transcode->web[0].file) {
		job_insert(task, JOB_tracker, payload,
			   (struct job_options){ .uniq = "tracker" });
	} else {
		json_object_object_add(payload, "videoId",
				       json_object_new_int64(strtoll(
					       transcode->video_id, NULL, 10)));
		job_insert(task, JOB_publish, payload,
			   (struct job_options){ .uniq = uniq });
	}
	json_object_put(payload);
}

static void set_published(struct transcode *transcode, bool is_first)
{
	struct task *task = transcode->job->task;
	const struct rendition *top = &transcode->plan.renditions[0];
	const struct media_video *video = &top->info.video;
	double ratio = (double)video->width / video->height;

	db(task, "media/published", transcode->video_id,
	   db_number(task, lround(fmax(1, top->hls.seconds))),
	   arena_printf(task->arena, "%.4f", ratio),
	   is_first ? "true" : "false", transcode->note,
	   transcode->keeps_source ? "true" : "false",
	   db_number(task, top->resolution),
	   json_object_to_json_string(transcode->info.document));
}

static void forget_torrents(struct transcode *transcode)
{
	for (int i = 0; i < PLAN_RENDITIONS; i++)
		transcode->web[i].file = transcode->hls[i].file = NULL;
}

/* Returns the files of the generation before, now without rows. */
static struct rows publish(struct transcode *transcode)
{
	struct task *task = transcode->job->task;
	struct rows rows, old;
	bool is_public;

	db_begin(task);
	rows = db(task, "media/lock", transcode->video_id);
	if (!rows.count)
		job_fail(transcode->job, "The video has been deleted.");
	is_public = db_bool(rows, 0, 0);
	if (!is_public)
		forget_torrents(transcode);
	old = db(task, "media/clear", transcode->video_id);
	/* A thumbnail of the maker's is older than the other files. */
	files_move(transcode->job, transcode->video_id, is_public);
	place_files(transcode, is_public);
	add_rows(transcode);
	set_published(transcode, old.count == 0);
	insert_after(transcode, is_public);
	job_done(transcode->job);
	db_commit(task);
	return old;
}

static void clean_up(struct transcode *transcode, struct rows old)
{
	struct task *task = transcode->job->task;

	for (int i = 0; i < old.count; i++)
		file_remove(files_find(task, db_text(old, i, 0)));
	if (!transcode->keeps_source)
		file_remove(transcode->source.path);
	job_wake(task, JOB_tracker);
	job_wake(task, JOB_publish);
}

static void run(struct job *job)
{
	struct task *task = job->task;
	struct transcode *transcode =
		arena_alloc(task->arena, sizeof(*transcode));
	const char *problem;
	struct rows old;

	transcode->job = job;
	if (!load(transcode))
		return;
	make_directory(transcode);
	if (file_size(transcode->source.path) < 0)
		job_fail(job, "The uploaded file is gone.");
	problem = media_probe(task, transcode->source, &transcode->info);
	if (problem)
		job_fail(job, "%s", problem);
	plan_make(task, &transcode->plan, &transcode->info,
		  transcode->max_resolution, transcode->generation);
	transcode_make(transcode);
	sync_files(transcode);
	old = publish(transcode);
	clean_up(transcode, old);
}

static void dead(struct task *task, json_object *payload, const char *why)
{
	json_object *video = json_object_object_get(payload, "videoId");

	db(task, "media/failed", db_number(task, json_object_get_int64(video)),
	   why);
}

WORKER(transcode, .run = run, .dead = dead);
