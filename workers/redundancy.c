/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Media come in pieces, by ranges, so that no answer is large, and what one
 * attempt has got is there for the next. Nothing is served before all of it is
 * here and is what its server's hashes say.
 */
#include "redundancy.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf.h"
#include "db.h"
#include "fetch.h"
#include "file.h"
#include "files.h"
#include "json.h"
#include "log.h"

#define TEXT_MAX ((size_t)8 << 20)
#define PIECE ((int64_t)4 << 20)
#define PIECE_MS 30000
#define PIECE_ARENA ((size_t)1 << 20)
/* Bytes that are to be left on the disk. */
#define LEAST_LEFT ((int64_t)1 << 30)

static const struct json_limits hash_limits = {
	.bytes = TEXT_MAX,
	.depth = 3,
	.containers = 2 * REDUNDANCY_RENDITIONS,
	.tokens = 500000,
};

const char *redundancy_path(const struct redundancy *redundancy,
			    const char *name)
{
	return arena_printf(redundancy->job->task->arena, "%s/%s",
			    redundancy->directory, name);
}

static const char *url_of(const struct redundancy *redundancy, const char *name)
{
	return arena_printf(redundancy->job->task->arena, "%s/%s",
			    redundancy->base, name);
}

/* Ends the job unless there is a whole answer. */
static void expect(struct job *job, const char *name,
		   const struct fetch_answer *answer)
{
	if (answer->end == FETCH_OK)
		return;
	if (answer->end == FETCH_TOO_LARGE || answer->end == FETCH_URL ||
	    answer->end == FETCH_ADDRESS ||
	    (answer->end == FETCH_STATUS && answer->status < 500 &&
	     answer->status != 429))
		job_fail(job, "%s: %s", name, answer->error);
	job_retry(job, "%s: %s", name, answer->error);
}

char *redundancy_text(struct redundancy *redundancy, const char *name)
{
	struct job *job = redundancy->job;
	struct fetch_request request = { .url = url_of(redundancy, name),
					 .max_bytes = TEXT_MAX,
					 .timeout_ms = PIECE_MS };
	struct fetch_answer answer = fetch(job->task, &request);

	expect(job, name, &answer);
	if (strlen(answer.body) != answer.len)
		job_fail(job, "%s has NULs in it.", name);
	if (!file_write(job->task, redundancy_path(redundancy, name),
			answer.body, answer.len))
		job_retry(job, "%s could not be written: %m", name);
	return arena_strdup(job->task->arena, answer.body);
}

/* --- media --------------------------------------------------------------- */

static void add_range(void *arg, struct fetch_headers *headers,
		      const char *method, const char *url)
{
	(void)method;
	(void)url;
	fetch_header(headers, arg);
}

/* Bytes from `first` on, at most a piece of them. */
static struct fetch_answer get_piece(struct redundancy *redundancy,
				     const struct redundancy_rendition *of,
				     int64_t first, int64_t size)
{
	struct task *task = &redundancy->piece;
	char *range =
		arena_printf(task->arena, "Range: bytes=%" PRId64 "-%" PRId64,
			     first, first + size - 1);
	struct fetch_request request = { .url = url_of(redundancy, of->media),
					 .max_bytes = (size_t)size,
					 .timeout_ms = PIECE_MS,
					 .sign = add_range,
					 .sign_arg = range };
	struct fetch_answer answer = fetch(task, &request);
	bool is_all = !first && size == of->size;

	expect(redundancy->job, of->media, &answer);
	if ((answer.status != 206 && !is_all) || answer.len != (size_t)size)
		job_fail(redundancy->job,
			 "%s: its server does not give the bytes asked for.",
			 of->media);
	return answer;
}

static bool write_at(int fd, const char *bytes, size_t len, int64_t first)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = pwrite(fd, bytes + done, len - done,
				   first + (int64_t)done);

		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0)
			done += (size_t)n;
	}
	return true;
}

static void get_rest(struct redundancy *redundancy,
		     const struct redundancy_rendition *of, int fd,
		     int64_t have)
{
	struct job *job = redundancy->job;

	while (have < of->size) {
		int64_t size =
			of->size - have < PIECE ? of->size - have : PIECE;
		struct fetch_answer answer =
			get_piece(redundancy, of, have, size);

		if (!write_at(fd, answer.body, answer.len, have))
			job_retry(job, "%s could not be written: %m",
				  of->media);
		arena_reset(redundancy->piece.arena);
		have += size;
		redundancy->done += size;
		if (!job_progress(job, (int)(98 * redundancy->done /
					     redundancy->total)))
			job_stop(job);
	}
}

static void close_fd(void *fd)
{
	close((int)(intptr_t)fd);
}

static void get_media(struct redundancy *redundancy,
		      const struct redundancy_rendition *of)
{
	struct job *job = redundancy->job;
	int fd = open(redundancy_path(redundancy, of->media),
		      O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	struct stat st;
	int64_t have;

	if (fd < 0 || fstat(fd, &st))
		job_retry(job, "%s could not be written: %m", of->media);
	arena_defer(job->task->arena, close_fd, (void *)(intptr_t)fd);
	have = st.st_size < of->size ? st.st_size : of->size;
	redundancy->done += have;
	if (ftruncate(fd, have))
		job_retry(job, "%s could not be written: %m", of->media);
	get_rest(redundancy, of, fd, have);
	if (fsync(fd))
		job_retry(job, "%s could not be written: %m", of->media);
}

/* --- hashes --------------------------------------------------------------- */

static bool goes_on(void *job)
{
	return job_progress(job, 99);
}

static json_object *our_hashes(struct redundancy *redundancy)
{
	struct task *task = redundancy->job->task;
	struct hls_variant variants[REDUNDANCY_RENDITIONS];
	const char *text;

	for (int i = 0; i < redundancy->nr_renditions; i++)
		variants[i] = (struct hls_variant){
			.fragmented = redundancy->renditions[i].media,
			.path = redundancy_path(
				redundancy, redundancy->renditions[i].media),
			.hls = &redundancy->renditions[i].hls,
		};
	text = hls_hashes(task, variants, redundancy->nr_renditions, goes_on,
			  redundancy->job);
	if (!text)
		job_retry(redundancy->job, "What came could not be read.");
	return json_load(task, text, strlen(text));
}

static json_object *their_hashes(struct redundancy *redundancy)
{
	struct task *task = redundancy->job->task;
	const char *name = strrchr(redundancy->hashes_url, '/') + 1;
	const char *text;
	const char *wrong;

	redundancy_name(redundancy, name);
	text = redundancy_text(redundancy, name);
	wrong = json_scan_within(task->arena, text, strlen(text), &hash_limits);
	if (wrong)
		job_fail(redundancy->job, "%s: JSON: %s", name, wrong);
	return json_load(task, text, strlen(text));
}

/* Whether each range of ours is what theirs say. */
static bool are_equal(json_object *ours, json_object *theirs)
{
	json_object_object_foreach(ours, file, ranges)
	{
		json_object *said = json_member(theirs, file);

		json_object_object_foreach(ranges, range, hash)
		{
			const char *wanted = json_text(said, range);

			if (!wanted ||
			    strcasecmp(wanted, json_object_get_string(hash)))
				return false;
		}
	}
	return true;
}

/* Something wrong from an earlier attempt is got anew, once. */
static void verify(struct redundancy *redundancy)
{
	struct job *job = redundancy->job;

	if (!redundancy->hashes_url ||
	    are_equal(our_hashes(redundancy), their_hashes(redundancy)))
		return;
	file_remove_tree(redundancy->directory);
	if (redundancy->is_resumed)
		job_retry(job, "What came is not what its hashes say.");
	job_fail(job, "What came is not what its hashes say.");
}

/* --- the job -------------------------------------------------------------- */

static bool load(struct redundancy *redundancy)
{
	struct job *job = redundancy->job;
	struct task *task = job->task;
	const char *playlist;
	struct rows rows;

	redundancy->id =
		db_number(task, json_int(job->payload, "redundancyId", 0));
	rows = db(task, "media/redundancy-source", redundancy->id);
	if (!rows.count)
		return false;
	playlist = db_text(rows, 0, 0);
	redundancy->playlist_url = playlist;
	redundancy->hashes_url = db_text(rows, 0, 1);
	redundancy->folder = db_text(rows, 0, 2);
	redundancy->limit = db_int(rows, 0, 3);
	if (strcspn(playlist, "?#") != strlen(playlist))
		job_fail(job, "Its playlist's address is not plain.");
	redundancy->base =
		arena_strndup(task->arena, playlist,
			      (size_t)(strrchr(playlist, '/') - playlist));
	return true;
}

/* Hashes that lie elsewhere would not be found beside a copy. */
static void choose_hashes(struct redundancy *redundancy)
{
	const char *url = redundancy->hashes_url;
	size_t len = strlen(redundancy->base);

	if (url && (strncmp(url, redundancy->base, len) != 0 ||
		    strrchr(url, '/') != url + len))
		redundancy->hashes_url = NULL;
}

static void make_room(struct redundancy *redundancy)
{
	if (files_free(redundancy->job->task) < redundancy->total + LEAST_LEFT)
		job_wait_for_room(redundancy->job);
}

static void free_piece(void *arena)
{
	arena_free(arena);
}

static void prepare(struct redundancy *redundancy)
{
	struct job *job = redundancy->job;

	redundancy->piece = *job->task;
	redundancy->piece.arena = arena_new(PIECE_ARENA);
	arena_defer(job->task->arena, free_piece, redundancy->piece.arena);
	redundancy->directory =
		files_work_resumed(job, &redundancy->is_resumed);
	choose_hashes(redundancy);
}

/* The row first, for it says whether somebody still wants the copy. */
static void finish(struct redundancy *redundancy)
{
	struct job *job = redundancy->job;
	struct task *task = job->task;
	const char *place = file_media(task, true, redundancy->folder);
	struct rows rows;

	/* the sweep takes old ones for forgotten */
	utimensat(AT_FDCWD, redundancy->directory, NULL, 0);
	db_begin(task);
	rows = db(task, "media/redundancy-kept", redundancy->id,
		  db_number(task, redundancy->total), redundancy->folder);
	job_done(job);
	if (db_bool(rows, 0, 0)) {
		file_remove_tree(place);
		if (!file_move(task, redundancy->directory, place))
			job_retry(job, "%s: %m", redundancy->folder);
	}
	db_commit(task);
	file_remove_tree(redundancy->directory);
}

static void run(struct job *job)
{
	struct redundancy *redundancy =
		arena_alloc(job->task->arena, sizeof(*redundancy));

	*redundancy = (struct redundancy){ .job = job };
	if (!load(redundancy))
		return;
	prepare(redundancy);
	redundancy_playlists(redundancy);
	make_room(redundancy);
	for (int i = 0; i < redundancy->nr_renditions; i++)
		get_media(redundancy, &redundancy->renditions[i]);
	verify(redundancy);
	finish(redundancy);
	log_info("redundancy %s: %" PRId64 " bytes", redundancy->id,
		 redundancy->total);
}

static void dead(struct task *task, json_object *payload, const char *why)
{
	db(task, "media/redundancy-failed",
	   db_number(task, json_int(payload, "redundancyId", 0)), why);
}

WORKER(redundancy, .run = run, .dead = dead);
