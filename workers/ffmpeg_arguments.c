/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <inttypes.h>

#include "ffmpeg.h"

#define MAX_FRAMES 5000000
#define TONE_MAP \
	"zscale=t=linear:npl=203,format=gbrpf32le," \
	"zscale=p=bt709,tonemap=mobius:desat=0," \
	"zscale=t=bt709:m=bt709:r=tv,"

static const char *const bare[] = { "-sn", "-dn",	    "-map_metadata",
				    "-1",  "-map_chapters", "-1",
				    NULL };

static void map_picture(struct arguments *arguments, const struct plan *plan)
{
	argument(arguments, "-map");
	if (plan->copies_picture)
		argument_printf(arguments, "0:%d", plan->picture_index);
	else
		argument(arguments, "[o0]");
}

static int64_t frames_of(const struct plan *plan)
{
	if (plan->duration <= 0)
		return MAX_FRAMES;
	return (int64_t)((plan->duration + plan->pad) * plan->fps * 1.02) + 60;
}

/* Key frames every 4 s whatever the rate, so that renditions line up. */
static void encode_picture(struct arguments *arguments, const struct plan *plan,
			   const struct rendition *rendition)
{
	static const char *const encoder[] = { "-c:v",
					       "libx264",
					       "-preset",
					       "veryfast",
					       "-threads",
					       "4",
					       "-g",
					       "300",
					       "-sc_threshold",
					       "0",
					       "-force_key_frames",
					       "expr:gte(t,n_forced*4)",
					       "-pix_fmt",
					       "yuv420p",
					       "-max_muxing_queue_size",
					       "1024",
					       NULL };

	argument_list(arguments, encoder);
	argument(arguments, "-maxrate");
	argument_printf(arguments, "%" PRId64, rendition->bits);
	argument(arguments, "-bufsize");
	argument_printf(arguments, "%" PRId64, 2 * rendition->bits);
	argument(arguments, "-r");
	argument_printf(arguments, "%d/%d", plan->rate.num, plan->rate.den);
	argument(arguments, "-frames:v");
	argument_printf(arguments, "%" PRId64, frames_of(plan));
}

static void sound(struct arguments *arguments, const struct plan *plan)
{
	if (plan->sound == SOUND_COPY) {
		static const char *const copy[] = { "-c:a", "copy", "-bsf:a",
						    "aac_adtstoasc", NULL };

		argument_list(arguments, copy);
	} else if (plan->sound == SOUND_ENCODE) {
		static const char *const encode[] = { "-c:a", "aac", "-ac",
						      "2",    "-ar", "48000",
						      "-b:a", NULL };

		argument_list(arguments, encode);
		argument_printf(arguments, "%dk", plan->sound_kilobits);
	}
}

/* The edit list of an offset is ignored by browsers' media source: no offset
 * (media.md 0.5). */
static void hls_output(struct arguments *arguments,
		       const struct rendition *rendition)
{
	static const char *const muxer[] = { "-avoid_negative_ts",
					     "disabled",
					     "-f",
					     "hls",
					     "-hls_time",
					     "4",
					     "-hls_list_size",
					     "0",
					     "-hls_playlist_type",
					     "vod",
					     "-hls_segment_type",
					     "fmp4",
					     "-hls_flags",
					     "single_file",
					     "-hls_segment_filename",
					     NULL };

	argument_list(arguments, muxer);
	argument(arguments, rendition->fragmented);
	argument(arguments, rendition->playlist);
}

static const char *filters(struct task *task, const struct plan *plan)
{
	const struct rendition *top = &plan->renditions[0];
	const char *pad =
		plan->pad > 0 ?
			arena_printf(task->arena,
				     "tpad=stop_mode=clone:stop_duration=%.3f,",
				     plan->pad) :
			"";

	return arena_printf(task->arena,
			    "[0:%d]%s%s%sscale=w=%d:h=%d:"
			    "flags=bicubic,setsar=1,format=yuv420p[o0]",
			    plan->picture_index,
			    plan->is_interlaced ?
				    "bwdif=mode=send_frame:deint=interlaced," :
				    "",
			    plan->is_hdr ? TONE_MAP : "", pad, top->width,
			    top->height);
}

void ffmpeg_hls_arguments(struct arguments *arguments,
			  const struct ffmpeg *ffmpeg, const struct plan *plan)
{
	ffmpeg_start(arguments, ffmpeg, NULL);
	if (!plan->copies_picture) {
		argument(arguments, "-filter_complex");
		argument(arguments, filters(arguments->task, plan));
	}
	for (int i = 0; i < plan->nr_renditions; i++) {
		map_picture(arguments, plan);
		if (plan->sound != SOUND_NONE) {
			argument(arguments, "-map");
			argument_printf(arguments, "0:%d", plan->sound_index);
		}
		argument_list(arguments, bare);
		if (plan->copies_picture) {
			argument(arguments, "-c:v");
			argument(arguments, "copy");
		} else {
			encode_picture(arguments, plan, &plan->renditions[i]);
		}
		sound(arguments, plan);
		hls_output(arguments, &plan->renditions[i]);
	}
}

void ffmpeg_web_arguments(struct arguments *arguments,
			  const struct ffmpeg *ffmpeg, const char *output)
{
	static const char *const copy[] = {
		"-map", "0",	     "-c",	   "copy", "-map_metadata",
		"-1",	"-movflags", "+faststart", "-f",   "mp4",
		NULL
	};

	ffmpeg_start(arguments, ffmpeg, NULL);
	argument_list(arguments, copy);
	argument(arguments, output);
}

/* sound.m4a: only then its length is known for sure. */
void ffmpeg_sound_arguments(struct arguments *arguments,
			    const struct ffmpeg *ffmpeg,
			    const struct plan *plan)
{
	ffmpeg_start(arguments, ffmpeg, NULL);
	argument(arguments, "-map");
	argument_printf(arguments, "0:%d", plan->sound_index);
	argument(arguments, "-vn");
	argument_list(arguments, bare);
	sound(arguments, plan);
	argument(arguments, "sound.m4a");
}

/* background.png: the cover, or the sound's waveform. */
void ffmpeg_background_arguments(struct arguments *arguments,
				 const struct ffmpeg *ffmpeg, bool has_cover)
{
	static const char *const cover =
		"[0:v:0]scale=854:480:force_original_aspect_ratio=decrease,"
		"setsar=1,format=rgb24,pad=854:480:(ow-iw)/2:(oh-ih)/2:"
		"color=0x16324f[out]";
	static const char *const wave =
		"color=c=0x16324f:s=854x480,format=rgb24[ground];"
		"[0:a:0]aformat=channel_layouts=mono,"
		"showwavespic=s=854x280:colors=0x8fd3ff:scale=sqrt[wave];"
		"[ground][wave]overlay=0:100:shortest=1,format=rgb24[out]";

	ffmpeg_start(arguments, ffmpeg, NULL);
	argument(arguments, "-filter_complex");
	argument(arguments, has_cover ? cover : wave);
	argument(arguments, "-map");
	argument(arguments, "[out]");
	argument(arguments, "-frames:v");
	argument(arguments, "1");
	argument(arguments, "-update");
	argument(arguments, "1");
	argument(arguments, "background.png");
}

/* The input is sound.m4a, the picture a second input of our own making. */
void ffmpeg_still_arguments(struct arguments *arguments,
			    const struct ffmpeg *ffmpeg,
			    const struct plan *plan)
{
	static const char *const picture[] = { "-protocol_whitelist",
					       "file",
					       "-format_whitelist",
					       "image2",
					       "-f",
					       "image2",
					       "-pattern_type",
					       "none",
					       "-loop",
					       "1",
					       "-framerate",
					       "25",
					       "-i",
					       "file:background.png",
					       "-map",
					       "1:v:0",
					       "-map",
					       "0:a:0",
					       NULL };
	const struct rendition *rendition = &plan->renditions[0];

	ffmpeg_start(arguments, ffmpeg, NULL);
	argument_list(arguments, picture);
	argument_list(arguments, bare);
	argument(arguments, "-t");
	argument_printf(arguments, "%.3f", plan->duration);
	encode_picture(arguments, plan, rendition);
	argument(arguments, "-tune");
	argument(arguments, "stillimage");
	argument(arguments, "-c:a");
	argument(arguments, "copy");
	hls_output(arguments, rendition);
}

/* Pictures of other shapes stand before a blurred copy of themselves, so that
 * every thumbnail has the size the pages reserve for it. */
static const char *thumbnail_filter(struct task *task, const struct plan *plan)
{
	bool is_wide = plan->ratio > 1.6 && plan->ratio < 2;
	const char *fit =
		is_wide ?
			"scale=850:480:force_original_aspect_ratio=increase,"
			"crop=850:480[p]" :
			"split[f][g];"
			"[g]scale=850:480:force_original_aspect_ratio=increase,"
			"crop=850:480,boxblur=24,eq=brightness=-0.2[h];"
			"[f]scale=850:480:"
			"force_original_aspect_ratio=decrease[i];"
			"[h][i]overlay=(W-w)/2:(H-h)/2[p]";

	return arena_printf(task->arena,
			    "[0:v:0]thumbnail=8,%s;"
			    "[p]setsar=1,split[a][b];"
			    "[b]scale=280:157[c]",
			    fit);
}

void ffmpeg_thumbnail_arguments(struct arguments *arguments,
				const struct ffmpeg *ffmpeg,
				const struct plan *plan, int try)
{
	static const char *const tail[] = { "-map",	   "[a]",
					    "-frames:v",   "1",
					    "-q:v",	   "5",
					    "-pix_fmt",	   "yuvj420p",
					    "-update",	   "1",
					    "preview.jpg", "-map",
					    "[c]",	   "-frames:v",
					    "1",	   "-q:v",
					    "5",	   "-pix_fmt",
					    "yuvj420p",	   "-update",
					    "1",	   "thumbnail.jpg",
					    NULL };
	struct task *task = ffmpeg->job->task;
	const char *const seek[] = {
		"-skip_frame", "nokey", "-ss",
		arena_printf(task->arena, "%.3f", plan->duration / 10), NULL
	};
	const char *const keys[] = { "-skip_frame", "nokey", NULL };

	ffmpeg_start(arguments, ffmpeg,
		     try == 0 ? seek :
		     try == 1 ? keys :
				NULL);
	argument(arguments, "-filter_complex");
	argument(arguments, thumbnail_filter(task, plan));
	argument_list(arguments, tail);
}
