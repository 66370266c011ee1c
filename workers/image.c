/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Job `image {kind, actorId | videoId | playlistId, path, start, size}`: a
 * picture somebody uploaded becomes the JPEGs of an avatar, a banner, a video's
 * or a playlist's thumbnail or, of nobody's in particular, a logo.
 * FFmpeg decodes it in the sandbox and writes it anew, without its metadata.
 * `path` is below media_dir; the file goes away at the end. `url`: it is
 * another server's, from there; a storyboard of a video, which has its own
 * `width` and `height`, always is.
 */

#include "buf.h"
#include "bug.h"
#include "conf.h"
#include "db.h"
#include "ffmpeg.h"
#include "file.h"
#include "files.h"

#define MAX_SIZES 4
#define STORYBOARD_MAX 4096

struct shape {
	const char *kind;
	const char *folder;
	const char *owner; /* the payload's key */
	int nr;
	struct {
		int width;
		int height;
		const char *as;
	} sizes[MAX_SIZES];
};

#define LOGOS "lazy-static/logos", "instance"

static const struct shape shapes[] = {
	{ "avatar",
	  "lazy-static/avatars",
	  "actorId",
	  4,
	  { { 1500, 1500, NULL },
	    { 600, 600, NULL },
	    { 120, 120, NULL },
	    { 48, 48, NULL } } },
	{ "banner",
	  "lazy-static/banners",
	  "actorId",
	  2,
	  { { 1920, 317, NULL }, { 600, 100, NULL } } },
	{ "thumbnail",
	  "lazy-static/thumbnails",
	  "videoId",
	  2,
	  { { 850, 480, "preview" }, { 280, 157, "thumbnail" } } },
	{ "playlist",
	  "lazy-static/thumbnails",
	  "playlistId",
	  1,
	  { { 280, 157, NULL } } },
	{ "storyboard",
	  "lazy-static/storyboards",
	  "videoId",
	  1,
	  { { 1, 1, NULL } } },
	{ "favicon", LOGOS, 2, { { 192, 192, NULL }, { 48, 48, NULL } } },
	{ "header-wide", LOGOS, 1, { { 480, 96, NULL } } },
	{ "header-square", LOGOS, 2, { { 192, 192, NULL }, { 48, 48, NULL } } },
	{ "opengraph", LOGOS, 1, { { 1200, 630, NULL } } },
};

struct image {
	struct job *job;
	const struct shape *shape;
	const char *owner_id;
	const char *directory;
	struct media_slice source;
	const char *names[MAX_SIZES];
	const char *places[MAX_SIZES];
};

static int64_t int_of(struct job *job, const char *key)
{
	return json_object_get_int64(json_object_object_get(job->payload, key));
}

static const char *text_of(struct job *job, const char *key)
{
	const char *text = json_object_get_string(
		json_object_object_get(job->payload, key));

	return text ? text : "";
}

/* As large as its grid is said to be. */
static const struct shape *storyboard(struct job *job, const struct shape *kind)
{
	struct shape *shape = arena_alloc(job->task->arena, sizeof(*shape));

	*shape = *kind;
	shape->sizes[0].width = (int)int_of(job, "width");
	shape->sizes[0].height = (int)int_of(job, "height");
	if (shape->sizes[0].width < 1 || shape->sizes[0].height < 1 ||
	    shape->sizes[0].width > STORYBOARD_MAX ||
	    shape->sizes[0].height > STORYBOARD_MAX)
		job_fail(job, "Not the size of a storyboard.");
	return shape;
}

static void load(struct image *image)
{
	struct job *job = image->job;
	struct task *task = job->task;
	const char *kind = text_of(job, "kind");
	const char *path = text_of(job, "path");

	for (size_t i = 0; i < ARRAY_LEN(shapes); i++)
		if (!strcmp(shapes[i].kind, kind))
			image->shape = &shapes[i];
	if (!image->shape || !file_is_relative(path))
		job_fail(job, "Not a job for a picture.");
	if (!strcmp(kind, "storyboard"))
		image->shape = storyboard(job, image->shape);
	image->owner_id = db_number(task, int_of(job, image->shape->owner));
	image->source = (struct media_slice){
		.path = arena_printf(task->arena, "%s/%s",
				     task->conf->media_dir, path),
		.start = int_of(job, "start"),
		.size = int_of(job, "size"),
	};
	if (file_size(image->source.path) < 0)
		job_fail(job, "The picture is gone.");
}

/* Every size is cut from the middle; what is transparent becomes white (by
 * lutrgb: Debian's drawbox crashes on pictures with transparency). */
static const char *filter(struct task *task, const struct shape *shape)
{
	struct buf buf = buf_make(task->arena, 4096);

	buf_printf(&buf,
		   "[0:v:0]format=rgba,split[x][y];"
		   "[x]lutrgb=r=255:g=255:b=255:a=255[w];"
		   "[w][y]overlay=format=rgb,format=rgb24,split=%d",
		   shape->nr);
	for (int i = 0; i < shape->nr; i++)
		buf_printf(&buf, "[i%d]", i);
	for (int i = 0; i < shape->nr; i++)
		buf_printf(&buf,
			   ";[i%d]scale=%d:%d:flags=lanczos:"
			   "force_original_aspect_ratio=increase,"
			   "crop=%d:%d:exact=1,setsar=1[o%d]",
			   i, shape->sizes[i].width, shape->sizes[i].height,
			   shape->sizes[i].width, shape->sizes[i].height, i);
	return buf.data;
}

static const char *file_name(struct task *task, int i)
{
	return arena_printf(task->arena, "%d.jpg", i);
}

static void add_outputs(struct arguments *arguments, const struct shape *shape)
{
	static const char *const one[] = {
		"-frames:v",	 "1",  "-q:v",	  "4", "-pix_fmt", "yuvj420p",
		"-map_metadata", "-1", "-update", "1", NULL
	};

	for (int i = 0; i < shape->nr; i++) {
		argument(arguments, "-map");
		argument_printf(arguments, "[o%d]", i);
		argument_list(arguments, one);
		argument(arguments, file_name(arguments->task, i));
	}
}

static void convert(struct image *image)
{
	struct job *job = image->job;
	struct ffmpeg ffmpeg = {
		.job = job,
		.directory = image->directory,
		.input = image->source,
		.formats = MEDIA_PICTURE_FORMATS,
		.seconds = 1,
		.from_percent = 1,
		.to_percent = 90,
	};
	struct arguments arguments = { 0 };
	const char *problem;

	ffmpeg_start(&arguments, &ffmpeg, NULL);
	argument(&arguments, "-filter_complex");
	argument(&arguments, filter(job->task, image->shape));
	add_outputs(&arguments, image->shape);
	problem = ffmpeg_run(&ffmpeg, &arguments);
	for (int i = 0; !problem && i < image->shape->nr; i++)
		if (file_size(arena_printf(job->task->arena, "%s/%d.jpg",
					   image->directory, i)) <= 0)
			problem = "it is damaged";
	if (problem)
		job_fail(job,
			 "This picture could not be read; JPEG, PNG and "
			 "WebP are. (%.200s)",
			 problem);
}

/* Under the names in `rows`. */
static void place_as(struct image *image, bool is_public, struct rows rows)
{
	struct task *task = image->job->task;
	const struct shape *shape = image->shape;

	for (int i = 0; i < shape->nr; i++) {
		const char *from = arena_printf(task->arena, "%s/%d.jpg",
						image->directory, i);
		const char *to;

		image->names[i] = db_text(rows, i, 0);
		to = file_media(task, is_public,
				arena_printf(task->arena, "%s/%s",
					     shape->folder, image->names[i]));
		image->places[i] = to;
		if (!file_sync(from) || !file_move(task, from, to))
			job_retry(image->job, "A picture could not be put in "
					      "its place: %m");
	}
}

static void place(struct image *image, bool is_public)
{
	struct task *task = image->job->task;

	place_as(image, is_public,
		 db(task, "media/names", db_number(task, image->shape->nr)));
}

static void save_storyboard(struct image *image)
{
	struct rows rows =
		db(image->job->task, "media/storyboard-name", image->owner_id);

	if (!rows.count)
		job_fail(image->job, "The video has no storyboard any more.");
	place_as(image, true, rows);
}

static void save_thumbnail(struct image *image)
{
	struct task *task = image->job->task;
	const struct shape *shape = image->shape;
	struct rows old, rows = db(task, "media/lock", image->owner_id);

	if (!rows.count)
		job_fail(image->job, "The video has been deleted.");
	place(image, db_bool(rows, 0, 1));
	old = db(task, "media/old-thumbnails", image->owner_id);
	if (db_text(old, 0, 0))
		db(task, "media/remove-later", db_text(old, 0, 0));
	for (int i = 0; i < shape->nr; i++)
		db(task, "media/add-thumbnail", image->owner_id,
		   shape->sizes[i].as, image->names[i],
		   db_number(task, shape->sizes[i].width),
		   db_number(task, shape->sizes[i].height), "true");
}

static void save_actor_images(struct image *image)
{
	struct task *task = image->job->task;
	const struct shape *shape = image->shape;

	if (!db(task, "media/lock-actor", image->owner_id).count)
		job_fail(image->job, "Whose picture this is has been deleted.");
	place(image, true);
	db(task, "media/clear-images", image->owner_id, shape->kind);
	for (int i = 0; i < shape->nr; i++)
		db(task, "media/add-image", image->owner_id, shape->kind,
		   image->names[i], db_number(task, shape->sizes[i].width),
		   db_number(task, shape->sizes[i].height));
}

static void save_playlist(struct image *image)
{
	struct task *task = image->job->task;
	const struct shape *shape = image->shape;

	place(image, true);
	if (!db(task, "media/playlist-picture", image->owner_id,
		image->names[0], db_number(task, shape->sizes[0].width),
		db_number(task, shape->sizes[0].height))
		     .count)
		job_fail(image->job, "The playlist has been deleted.");
}

static void save_logo(struct image *image)
{
	struct task *task = image->job->task;
	const struct shape *shape = image->shape;

	place(image, true);
	db(task, "media/clear-logo", shape->kind);
	for (int i = 0; i < shape->nr; i++)
		db(task, "media/add-logo", shape->kind, image->names[i],
		   db_number(task, shape->sizes[i].width),
		   db_number(task, shape->sizes[i].height));
}

static void save(struct image *image)
{
	const char *owner = image->shape->owner;

	if (!strcmp(image->shape->kind, "storyboard"))
		save_storyboard(image);
	else if (!strcmp(owner, "videoId"))
		save_thumbnail(image);
	else if (!strcmp(owner, "playlistId"))
		save_playlist(image);
	else if (!strcmp(owner, "instance"))
		save_logo(image);
	else
		save_actor_images(image);
}

/* Pictures of other servers may be dropped for room, and got again. */
static void tell_origin(struct image *image)
{
	struct task *task = image->job->task;
	const char *url = text_of(image->job, "url");
	int64_t size = 0;

	if (!*url)
		return;
	for (int i = 0; i < image->shape->nr; i++)
		size += file_size(image->places[i]);
	db(task, "media/picture-made", image->shape->kind, image->owner_id, url,
	   db_number(task, size > 0 ? size : 1));
}

static void run(struct job *job)
{
	struct task *task = job->task;
	struct image *image = arena_alloc(task->arena, sizeof(*image));

	image->job = job;
	load(image);
	image->directory = files_work_directory(job);
	convert(image);
	db_begin(task);
	save(image);
	tell_origin(image);
	job_done(job);
	db_commit(task);
	file_remove(image->source.path);
}

WORKER(image, .run = run);
