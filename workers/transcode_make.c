/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <math.h>

#include "conf.h"
#include "ffmpeg.h"
#include "file.h"
#include "log.h"
#include "transcode.h"

#define LONGEST_COPIED 12 /* seconds between key frames */

const char *transcode_path(const struct transcode *transcode, const char *name)
{
	return arena_printf(transcode->job->task->arena, "%s/%s",
			    transcode->directory, name);
}

static bool alive(void *ctx)
{
	return job_progress(ctx, 97);
}

static struct ffmpeg ffmpeg_of(const struct transcode *transcode,
			       const char *input)
{
	return (struct ffmpeg){
		.job = transcode->job,
		.directory = transcode->directory,
		.input = { .path = transcode_path(transcode, input) },
		.seconds = transcode->plan.duration,
		.from_percent = 95,
		.to_percent = 95,
	};
}

static struct ffmpeg ffmpeg_of_source(const struct transcode *transcode)
{
	return (struct ffmpeg){
		.job = transcode->job,
		.directory = transcode->directory,
		.input = transcode->source,
		.seconds = transcode->plan.duration,
		.from_percent = 1,
		.to_percent = 90,
	};
}

static bool is_whole(const struct rendition *rendition)
{
	const struct hls_playlist *hls = &rendition->hls;
	const struct hls_segment *last = &hls->segments[hls->nr_segments - 1];

	return hls->has_end &&
	       last->first + last->size == rendition->fragmented_size;
}

/* What FFmpeg says of itself is not enough: a full disk and a truncated source
 * both end with status 0 (media.md 0.4). */
static const char *verify(struct transcode *transcode,
			  struct rendition *rendition)
{
	struct task *task = transcode->job->task;
	const struct plan *plan = &transcode->plan;
	const char *path = transcode_path(transcode, rendition->fragmented);
	double wanted = plan->duration;
	const char *problem;

	if (!hls_read(task, transcode_path(transcode, rendition->playlist),
		      &rendition->hls))
		return "No picture of it could be read.";
	rendition->fragmented_size = file_size(path);
	/* The disk was full, and may have room again by now. */
	if (!is_whole(rendition))
		job_retry(transcode->job, "The converted file is incomplete.");
	if (wanted > 0 &&
	    fabs(rendition->hls.seconds - wanted) > fmax(1, wanted * .02))
		return arena_printf(task->arena,
				    "This file is incomplete or "
				    "damaged: it says that it lasts %.1f s, "
				    "but %.1f s could be read.",
				    wanted, rendition->hls.seconds);
	if (plan->copies_picture && rendition->hls.longest > LONGEST_COPIED)
		return "Its key frames are too far apart.";
	problem = media_probe(task, (struct media_slice){ .path = path },
			      &rendition->info);
	if (problem)
		return problem;
	if (!rendition->info.has_video)
		return "No picture of it could be converted.";
	if (plan->sound != SOUND_NONE && !rendition->info.has_audio)
		return "Its sound could not be converted.";
	return NULL;
}

static const char *verify_all(struct transcode *transcode)
{
	struct plan *plan = &transcode->plan;
	const char *problem = NULL;

	for (int i = 0; !problem && i < plan->nr_renditions; i++)
		problem = verify(transcode, &plan->renditions[i]);
	return problem;
}

static const char *convert(struct transcode *transcode)
{
	struct ffmpeg ffmpeg = ffmpeg_of_source(transcode);
	struct arguments arguments = { 0 };
	const char *problem;

	ffmpeg_hls_arguments(&arguments, &ffmpeg, &transcode->plan);
	problem = ffmpeg_run(&ffmpeg, &arguments);
	return problem ? problem : verify_all(transcode);
}

/* First as planned; what cannot be copied is encoded; a sound that cannot be
 * read is left out, which the uploader is told. */
static const char *make_film(struct transcode *transcode)
{
	struct plan *plan = &transcode->plan;
	const char *problem = convert(transcode);
	const char *mute;

	if (problem && plan->copies_picture) {
		log_info("copying: %s", problem);
		plan_encode(plan);
		problem = convert(transcode);
	}
	if (!problem || plan->sound == SOUND_NONE)
		return problem;
	plan_mute(plan);
	mute = convert(transcode);
	if (mute)
		return problem;
	transcode->note = "Its sound could not be read and was left out.";
	return NULL;
}

static const char *make_background(struct transcode *transcode)
{
	struct ffmpeg ffmpeg = ffmpeg_of_source(transcode);
	struct arguments arguments = { 0 };
	const char *problem;

	ffmpeg.to_percent = 10;
	ffmpeg_background_arguments(&arguments, &ffmpeg,
				    transcode->info.has_cover);
	problem = ffmpeg_run(&ffmpeg, &arguments);
	if (!problem || !transcode->info.has_cover)
		return problem;
	transcode->info.has_cover = false;
	return make_background(transcode);
}

static const char *make_sound(struct transcode *transcode)
{
	struct ffmpeg ffmpeg = ffmpeg_of_source(transcode);
	struct arguments arguments = { 0 };
	struct media_info info;
	const char *path = transcode_path(transcode, "sound.m4a");
	const char *problem;

	ffmpeg.from_percent = 10;
	ffmpeg.to_percent = 40;
	ffmpeg_sound_arguments(&arguments, &ffmpeg, &transcode->plan);
	problem = ffmpeg_run(&ffmpeg, &arguments);
	if (!problem)
		problem = media_probe(transcode->job->task,
				      (struct media_slice){ .path = path },
				      &info);
	if (!problem && info.duration <= 0)
		problem = "Its sound could not be read.";
	if (!problem)
		transcode->plan.duration = info.duration;
	return problem;
}

/* Sound alone gets a picture, so that every player shows something. */
static const char *make_still(struct transcode *transcode)
{
	struct arguments arguments = { 0 };
	struct ffmpeg ffmpeg;
	const char *problem = make_background(transcode);

	if (!problem)
		problem = make_sound(transcode);
	if (problem)
		return problem;
	ffmpeg = ffmpeg_of(transcode, "sound.m4a");
	ffmpeg.from_percent = 40;
	ffmpeg.to_percent = 90;
	ffmpeg_still_arguments(&arguments, &ffmpeg, &transcode->plan);
	problem = ffmpeg_run(&ffmpeg, &arguments);
	return problem ? problem : verify_all(transcode);
}

static void make_web(struct transcode *transcode, struct rendition *rendition)
{
	struct ffmpeg ffmpeg = ffmpeg_of(transcode, rendition->fragmented);
	struct arguments arguments = { 0 };
	const char *path = transcode_path(transcode, rendition->web);
	struct media_info info;
	const char *problem;

	/* The index comes to the front by moving all that follows. */
	ffmpeg.moved_bytes = rendition->fragmented_size;
	ffmpeg_web_arguments(&arguments, &ffmpeg, rendition->web);
	problem = ffmpeg_run(&ffmpeg, &arguments);
	if (!problem)
		problem = media_probe(transcode->job->task,
				      (struct media_slice){ .path = path },
				      &info);
	if (problem)
		job_retry(transcode->job, "The MP4 file: %s", problem);
	if (fabs(info.duration - rendition->info.duration) > 1)
		job_retry(transcode->job, "The MP4 file is incomplete.");
	rendition->web_size = file_size(path);
}

static bool has_thumbnails(const struct transcode *transcode)
{
	return file_size(transcode_path(transcode, "preview.jpg")) > 0 &&
	       file_size(transcode_path(transcode, "thumbnail.jpg")) > 0;
}

/* From what was made, not from what came: it is of a known kind, upright and
 * of ordinary colours. */
static void make_thumbnails(struct transcode *transcode)
{
	const struct plan *plan = &transcode->plan;
	struct ffmpeg ffmpeg =
		ffmpeg_of(transcode, plan->renditions[0].fragmented);

	for (int try = 0; try < 3 && !has_thumbnails(transcode); try++) {
		struct arguments arguments = { 0 };

		ffmpeg_thumbnail_arguments(&arguments, &ffmpeg, plan, try);
		ffmpeg_run(&ffmpeg, &arguments);
	}
	if (!has_thumbnails(transcode))
		job_retry(transcode->job, "No thumbnail could be made.");
}

static const char *codecs_of(struct task *task, const struct media_info *info)
{
	const char *sound = info->has_audio ? info->audio.codec_string : "";

	return arena_printf(task->arena, "%s%s%s", info->video.codec_string,
			    *sound ? "," : "", sound);
}

static void write_text(struct transcode *transcode, const char *name,
		       const char *text)
{
	if (!file_write(transcode->job->task, transcode_path(transcode, name),
			text, strlen(text)))
		job_retry(transcode->job, "%s could not be written: %m", name);
}

static void make_playlists(struct transcode *transcode)
{
	struct task *task = transcode->job->task;
	struct plan *plan = &transcode->plan;
	struct hls_variant variants[PLAN_RENDITIONS];
	const char *hashes;

	for (int i = 0; i < plan->nr_renditions; i++) {
		struct rendition *rendition = &plan->renditions[i];

		variants[i] = (struct hls_variant){
			.playlist = rendition->playlist,
			.fragmented = rendition->fragmented,
			.path = transcode_path(transcode,
					       rendition->fragmented),
			.hls = &rendition->hls,
			.bandwidth = rendition->hls.peak,
			.width = rendition->info.video.width,
			.height = rendition->info.video.height,
			.fps = plan->fps,
			.codecs = codecs_of(task, &rendition->info),
		};
	}
	write_text(transcode, transcode->master,
		   hls_master(task, variants, plan->nr_renditions));
	hashes = hls_hashes(task, variants, plan->nr_renditions, alive,
			    transcode->job);
	if (!hashes)
		job_retry(transcode->job, "The segments could not be read.");
	write_text(transcode, transcode->hashes, hashes);
}

static void make_torrent(struct transcode *transcode, struct made_torrent *made,
			 const char *file, const char *web_path, int resolution)
{
	struct task *task = transcode->job->task;

	made->torrent = (struct torrent){
		.path = transcode_path(transcode, file),
		.name = torrent_name(task, transcode->name, resolution),
		.web_seed = arena_printf(task->arena, "%s/%s%s",
					 task->conf->origin, web_path, file),
		.created = time(NULL),
		.alive = alive,
		.ctx = transcode->job,
	};
	if (!torrent_write(task, &made->torrent,
			   transcode_path(transcode, made->file)))
		job_retry(transcode->job, "A torrent could not be written.");
}

void transcode_torrents(struct transcode *transcode)
{
	struct arena *arena = transcode->job->task->arena;
	const char *hls_path = arena_printf(
		arena, "static/streaming-playlists/hls/%s/", transcode->uuid);

	for (int i = 0; i < transcode->plan.nr_renditions; i++) {
		struct rendition *r = &transcode->plan.renditions[i];

		transcode->web[i].file =
			arena_printf(arena, "%s-%d.torrent",
				     transcode->generation, r->resolution);
		transcode->hls[i].file =
			arena_printf(arena, "%s-%d-hls.torrent",
				     transcode->generation, r->resolution);
		make_torrent(transcode, &transcode->web[i], r->web,
			     "static/web-videos/", r->resolution);
		make_torrent(transcode, &transcode->hls[i], r->fragmented,
			     hls_path, r->resolution);
	}
}

void transcode_make(struct transcode *transcode)
{
	struct job *job = transcode->job;
	struct plan *plan = &transcode->plan;
	const char *problem =
		plan->is_still ? make_still(transcode) : make_film(transcode);

	if (problem)
		job_fail(job, "%s", problem);
	for (int i = 0; i < plan->nr_renditions; i++)
		make_web(transcode, &plan->renditions[i]);
	if (!transcode->has_custom_thumbnail)
		make_thumbnails(transcode);
	make_playlists(transcode);
	if (transcode->may_have_torrents)
		transcode_torrents(transcode);
	if (!job_progress(job, 98))
		job_stop(job);
}
