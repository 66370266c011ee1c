/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "plan.h"

#include <math.h>

#include "bug.h"

#define MAX_FPS 60
#define STILL_FPS 25
#define STILL_HEIGHT 480
#define STILL_WIDTH 854
#define COPY_AUDIO_BITS 384000
#define MIN_KILOBITS 64
#define MAX_KILOBITS 160

/* Bits per pixel of the rungs, as PeerTube has them (media.md 1). */
static const struct {
	int resolution;
	double average;
	double most;
} bits_table[] = {
	{ 2160, .08, .14 }, { 1440, .09, .16 }, { 1080, .10, .17 },
	{ 720, .11, .19 },  { 480, .12, .22 },	{ 360, .15, .26 },
	{ 240, .17, .29 },  { 0, .19, .32 },
};

static size_t bits_row(int resolution)
{
	size_t i = 0;

	while (bits_table[i].resolution > resolution)
		i++;
	return i;
}

static double pixel_rate(const struct plan *plan, int resolution)
{
	double ratio = plan->ratio < 1 ? 1 / plan->ratio : plan->ratio;

	return resolution * (resolution * ratio) * plan->fps;
}

static int64_t target_bits(const struct plan *plan, int resolution,
			   int64_t source_bits)
{
	double rate = pixel_rate(plan, resolution);
	double average = rate * bits_table[bits_row(resolution)].average;
	double least = rate * .02;

	if (source_bits > 0)
		average = fmin(average, (double)source_bits * 1.3);
	return (int64_t)fmax(least, average);
}

static int even(double number)
{
	int half = (int)nearbyint(number / 2);

	return half < 1 ? 2 : half * 2;
}

/* The mean rate, or the base rate where it varies; whole fractions are kept
 * (30000/1001), for rounding repeats a picture now and then. */
static void set_rate(struct plan *plan, const struct media_video *video)
{
	double average = media_ratio(video->average_rate, 0);
	double base = media_ratio(video->base_rate, 0);

	plan->rate = average > 0 ? video->average_rate : video->base_rate;
	if (base > 0 && base <= MAX_FPS && average > 0 && base > average * 1.02)
		plan->rate = video->base_rate;
	plan->fps = media_ratio(plan->rate, 0);
	if (plan->fps <= 0)
		plan->rate = (struct media_ratio){ 25, 1 };
	else if (plan->fps > MAX_FPS)
		plan->rate = (struct media_ratio){ MAX_FPS, 1 };
	else if (plan->fps < 1)
		plan->rate = (struct media_ratio){ 1, 1 };
	plan->fps = media_ratio(plan->rate, 25);
}

static void set_sound(struct plan *plan, const struct media_info *info)
{
	const struct media_audio *audio = &info->audio;
	int64_t kilobits = audio->bit_rate / 1000;

	if (!info->has_audio)
		return;
	plan->sound_index = audio->index;
	plan->sound = !strcmp(audio->codec, "aac") && audio->bit_rate > 0 &&
				      audio->bit_rate <= COPY_AUDIO_BITS &&
				      audio->channels <= 2 &&
				      audio->has_layout ?
			      SOUND_COPY :
			      SOUND_ENCODE;
	if (kilobits <= 0 || kilobits > MAX_KILOBITS)
		kilobits = MAX_KILOBITS;
	else if (kilobits < MIN_KILOBITS)
		kilobits = MIN_KILOBITS;
	plan->sound_kilobits = (int)kilobits;
}

static void set_shape(struct plan *plan, const struct media_video *video,
		      int max_resolution)
{
	double width = video->width * media_ratio(video->sar, 1);
	double height = video->height;
	struct rendition *top = &plan->renditions[0];
	int shorter;

	if (video->rotation % 180) {
		double swap = width;

		width = height;
		height = swap;
	}
	plan->ratio = width / height;
	shorter = even(fmin(width, height));
	top->resolution = shorter > max_resolution ? max_resolution : shorter;
	top->width = top->height = top->resolution;
	if (plan->ratio < 1)
		top->height = even(top->resolution / plan->ratio);
	else
		top->width = even(top->resolution * plan->ratio);
	plan->nr_renditions = 1;
}

static bool is_one_of(const char *text, const char *a, const char *b)
{
	return !strcmp(text, a) || !strcmp(text, b);
}

/* What players everywhere take as it is. */
static bool can_copy(const struct plan *plan, const struct media_info *info)
{
	const struct media_video *video = &info->video;
	const struct rendition *top = &plan->renditions[0];
	double most = pixel_rate(plan, top->resolution) *
		      bits_table[bits_row(top->resolution)].most;

	return !strcmp(video->codec, "h264") &&
	       !strcmp(video->pixel_format, "yuv420p") &&
	       !plan->is_interlaced && !plan->is_hdr && plan->pad <= 0 &&
	       media_ratio(video->sar, 1) == 1 && !video->rotation &&
	       video->width == top->width && video->height == top->height &&
	       media_ratio(video->average_rate, 0) >= 2 &&
	       media_ratio(video->average_rate, 0) <= MAX_FPS &&
	       info->bit_rate > 0 && (double)info->bit_rate <= most;
}

static void name_files(struct task *task, struct plan *plan, const char *uuid)
{
	for (int i = 0; i < plan->nr_renditions; i++) {
		struct rendition *rendition = &plan->renditions[i];
		int resolution = rendition->resolution;

		rendition->playlist = arena_printf(task->arena, "%s-%d.m3u8",
						   uuid, resolution);
		rendition->fragmented = arena_printf(
			task->arena, "%s-%d-fragmented.mp4", uuid, resolution);
		rendition->web = arena_printf(task->arena, "%s-%d.mp4", uuid,
					      resolution);
	}
}

static void plan_picture(struct plan *plan, const struct media_info *info,
			 int max_resolution)
{
	const struct media_video *video = &info->video;

	plan->has_picture = true;
	plan->picture_index = video->index;
	set_rate(plan, video);
	set_shape(plan, video, max_resolution);
	plan->is_interlaced =
		!is_one_of(video->field_order, "progressive", "unknown");
	plan->is_hdr = is_one_of(video->transfer, "smpte2084", "arib-std-b67");
	if (video->duration > 0 && info->has_audio &&
	    info->audio.duration > video->duration + .5)
		plan->pad = info->audio.duration - video->duration;
	plan->copies_picture = can_copy(plan, info);
}

static void plan_still(struct plan *plan)
{
	plan->is_still = true;
	plan->rate = (struct media_ratio){ STILL_FPS, 1 };
	plan->fps = STILL_FPS;
	plan->ratio = (double)STILL_WIDTH / STILL_HEIGHT;
	plan->renditions[0] = (struct rendition){ .resolution = STILL_HEIGHT,
						  .width = STILL_WIDTH,
						  .height = STILL_HEIGHT };
	plan->nr_renditions = 1;
}

void plan_make(struct task *task, struct plan *plan,
	       const struct media_info *info, int max_resolution,
	       const char *uuid)
{
	*plan = (struct plan){ .duration = info->duration };
	set_sound(plan, info);
	if (info->has_video)
		plan_picture(plan, info, max_resolution);
	else
		plan_still(plan);
	for (int i = 0; i < plan->nr_renditions; i++) {
		struct rendition *rendition = &plan->renditions[i];

		rendition->bits =
			target_bits(plan, rendition->resolution,
				    plan->is_still ? 0 : info->bit_rate);
	}
	name_files(task, plan, uuid);
}

void plan_encode(struct plan *plan)
{
	plan->copies_picture = false;
}

void plan_mute(struct plan *plan)
{
	plan->sound = SOUND_NONE;
	plan->pad = 0;
}
