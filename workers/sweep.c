/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Job `sweep`: what expired is forgotten, the ranks are renewed, and files are
 * removed that a crash left without a row: those of dead attempts (work/), of
 * uploads that were never taken (incoming/), and in the places of finished
 * files what no row names.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "bug.h"
#include "conf.h"
#include "db.h"
#include "file.h"
#include "log.h"
#include "work.h"

#define EVERY 300
#define DAY 86400
#define HOUR 3600
#define WEEK (7 * DAY)
#define BATCH 500

static const char files_query[] = "media/known-files";

struct names {
	const char *items[BATCH];
	size_t nr;
};

/* Places whose files all have rows or, in work/, running jobs. */
static const char *const places[] = {
	"work",
	"source",
	"public/static/web-videos",
	"private/static/web-videos",
	"public/static/streaming-playlists/hls",
	"private/static/streaming-playlists/hls",
	"public/lazy-static/torrents",
	"private/lazy-static/torrents",
	"public/lazy-static/thumbnails",
	"private/lazy-static/thumbnails",
	"public/lazy-static/avatars",
	"public/lazy-static/banners",
	"public/lazy-static/logos",
	"public/lazy-static/storyboards",
	"public/lazy-static/video-captions",
	"private/lazy-static/video-captions",
};

/* Places of directories of such files, one for each video. */
static const char *const playlists[] = {
	"public/static/streaming-playlists/hls",
	"private/static/streaming-playlists/hls",
};

struct folder {
	DIR *dir;
};

static bool is_older(int dir, const char *name, time_t seconds)
{
	struct stat st;

	return !fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) &&
	       st.st_mtime < time(NULL) - seconds;
}

static const char *path_of(struct task *task, const char *folder,
			   const char *name)
{
	return arena_printf(task->arena, "%s/%s/%s", task->conf->media_dir,
			    folder, name);
}

static void close_folder(void *ctx)
{
	struct folder *folder = ctx;

	if (folder->dir)
		closedir(folder->dir);
	folder->dir = NULL;
}

static struct folder *open_folder(struct task *task, const char *path)
{
	struct folder *folder = arena_alloc(task->arena, sizeof(*folder));

	folder->dir = opendir(path_of(task, path, "."));
	arena_defer(task->arena, close_folder, folder);
	return folder;
}

/* The next entry that is old enough; NULL at the end, when it is closed. */
static const char *next_old(struct task *task, struct folder *folder,
			    time_t seconds)
{
	struct dirent *entry;

	while (folder->dir && (entry = readdir(folder->dir)))
		if (entry->d_name[0] != '.' &&
		    is_older(dirfd(folder->dir), entry->d_name, seconds))
			return arena_strdup(task->arena, entry->d_name);
	close_folder(folder);
	return NULL;
}

static void remove_old(struct task *task, const char *path, time_t seconds)
{
	struct folder *folder = open_folder(task, path);
	const char *name;

	while ((name = next_old(task, folder, seconds))) {
		log_info("removing %s/%s", path, name);
		file_remove_tree(path_of(task, path, name));
	}
}

static bool is_in(const char *name, struct rows rows)
{
	for (int i = 0; i < rows.count; i++)
		if (!strcmp(db_text(rows, i, 0), name))
			return true;
	return false;
}

static void remove_unknown(struct task *task, const char *query,
			   const char *folder, const struct names *names)
{
	struct rows known =
		db(task, query, db_array(task, names->items, names->nr));

	for (size_t i = 0; i < names->nr; i++) {
		if (is_in(names->items[i], known))
			continue;
		log_info("removing %s/%s", folder, names->items[i]);
		file_remove_tree(path_of(task, folder, names->items[i]));
	}
}

/* `query`: which of these names are known. */
static void sweep_place(struct job *job, const char *query, const char *path)
{
	struct task *task = job->task;
	struct folder *folder = open_folder(task, path);
	struct names names = { .nr = 0 };
	const char *name;

	do {
		name = next_old(task, folder, HOUR);
		if (name)
			names.items[names.nr++] = name;
		if (names.nr == BATCH || (!name && names.nr)) {
			remove_unknown(task, query, path, &names);
			names.nr = 0;
			if (!job_progress(job, 50))
				job_stop(job);
		}
	} while (name);
}

/* Inside the directories of videos that changed of late, for there may be
 * many. */
static void sweep_playlists(struct job *job, const char *path)
{
	struct task *task = job->task;
	struct folder *folder = open_folder(task, path);
	const char *name;

	while ((name = next_old(task, folder, -HOUR)))
		if (!is_older(dirfd(folder->dir), name, WEEK))
			sweep_place(
				job, files_query,
				arena_printf(task->arena, "%s/%s", path, name));
}

static void run(struct job *job)
{
	struct task *task = job->task;

	db_query(task, "job/sweep", 0, NULL);
	db_query(task, "job/rotate-log", 0, NULL);
	db_query(task, "job/rank", 0, NULL);
	db_query(task, "job/usage", 0, NULL);
	db_query(task, "job/recount", 0, NULL);
	db_query(task, "job/picture-trim", 0, NULL);
	db_query(task, "job/mirror-sweep", 0, NULL);
	db_query(task, "job/redundancy-sweep", 0, NULL);
	db_query(task, "job/deliver-sweep", 0, NULL);
	db(task, "job/inbox-sweep");
	db_query(task, "job/follow-again", 0, NULL);
	db(task, "job/origin-check");
	remove_old(task, "incoming", DAY);
	for (size_t i = 0; i < ARRAY_LEN(places); i++)
		sweep_place(job, files_query, places[i]);
	sweep_place(job, "media/known-copies", "public/static/redundancy/hls");
	for (size_t i = 0; i < ARRAY_LEN(playlists); i++)
		sweep_playlists(job, playlists[i]);
}

WORKER(sweep, .every = EVERY, .run = run);
