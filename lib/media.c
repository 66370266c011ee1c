/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "media.h"

#include <inttypes.h>
#include <sys/stat.h>

#include "bug.h"
#include "child.h"
#include "conf.h"
#include "log.h"

#define PROBE_MEMORY (1LL << 30)
#define MIN_RATE 0.1

static const struct {
	const char *word; /* what cardume-probe says */
	const char *text;
} problems[] = {
	{ "empty", "This file is empty." },
	{ "unreadable", "This file could not be read." },
	{ "unknown", "This is neither video nor sound: "
		     "its format is not known." },
	{ "broken", "This file is damaged: it could not be read as what it "
		    "says it is." },
	{ "playlist", "This is a playlist that names other files, not a "
		      "video. Please upload the video itself." },
	{ "picture", "This is a picture, not a video." },
	{ "subtitles", "This file has subtitles only, no picture and no "
		       "sound." },
	{ "format", "Files of this format are not accepted." },
};

static const char *problem_text(const char *word)
{
	for (size_t i = 0; i < ARRAY_LEN(problems); i++)
		if (!strcmp(problems[i].word, word))
			return problems[i].text;
	return NULL;
}

static void free_json(void *object)
{
	json_object_put(object);
}

static const char *text_of(json_object *object, const char *key)
{
	json_object *value = json_object_object_get(object, key);

	return value ? json_object_get_string(value) : "";
}

static int64_t int_of(json_object *object, const char *key)
{
	return json_object_get_int64(json_object_object_get(object, key));
}

static double real_of(json_object *object, const char *key)
{
	return json_object_get_double(json_object_object_get(object, key));
}

static struct media_ratio ratio_of(json_object *object, const char *key)
{
	json_object *pair = json_object_object_get(object, key);

	if (!pair || json_object_array_length(pair) != 2)
		return (struct media_ratio){ 0, 0 };
	return (struct media_ratio){
		json_object_get_int(json_object_array_get_idx(pair, 0)),
		json_object_get_int(json_object_array_get_idx(pair, 1)),
	};
}

double media_ratio(struct media_ratio ratio, double fallback)
{
	if (ratio.num <= 0 || ratio.den <= 0)
		return fallback;
	return (double)ratio.num / ratio.den;
}

static void take_video(struct media_video *video, json_object *stream)
{
	*video = (struct media_video){
		.index = (int)int_of(stream, "index"),
		.codec = text_of(stream, "codec"),
		.codec_string = text_of(stream, "codecString"),
		.pixel_format = text_of(stream, "pixelFormat"),
		.field_order = text_of(stream, "fieldOrder"),
		.transfer = text_of(stream, "transfer"),
		.width = (int)int_of(stream, "width"),
		.height = (int)int_of(stream, "height"),
		.sar = ratio_of(stream, "sar"),
		.rotation = (int)int_of(stream, "rotation"),
		.average_rate = ratio_of(stream, "averageRate"),
		.base_rate = ratio_of(stream, "baseRate"),
		.duration = real_of(stream, "duration"),
	};
}

static void take_audio(struct media_audio *audio, json_object *stream)
{
	*audio = (struct media_audio){
		.index = (int)int_of(stream, "index"),
		.codec = text_of(stream, "codec"),
		.codec_string = text_of(stream, "codecString"),
		.channels = (int)int_of(stream, "channels"),
		.has_layout = *text_of(stream, "layout") != '\0',
		.sample_rate = (int)int_of(stream, "sampleRate"),
		.bit_rate = int_of(stream, "bitRate"),
		.duration = real_of(stream, "duration"),
	};
}

static void take_stream(struct media_info *info, json_object *stream)
{
	const char *type = text_of(stream, "type");
	bool is_cover = json_object_get_boolean(
		json_object_object_get(stream, "attachedPicture"));

	if (!strcmp(type, "video") && is_cover) {
		info->has_cover = true;
	} else if (!strcmp(type, "subtitle")) {
		info->has_subtitles = true;
	} else if (!strcmp(type, "video") && !info->has_video) {
		info->has_video = true;
		take_video(&info->video, stream);
	} else if (!strcmp(type, "audio") && !info->has_audio) {
		info->has_audio = true;
		take_audio(&info->audio, stream);
	}
}

static void take_info(struct media_info *info, json_object *document)
{
	json_object *streams = json_object_object_get(document, "streams");

	*info = (struct media_info){
		.format = text_of(document, "format"),
		.duration = real_of(document, "duration"),
		.bit_rate = int_of(document, "bitRate"),
		.document = document,
	};
	for (size_t i = 0; i < json_object_array_length(streams); i++)
		take_stream(info, json_object_array_get_idx(streams, i));
}

static const char *check_video(const struct media_video *video)
{
	int64_t pixels = (int64_t)video->width * video->height;
	double rate = media_ratio(video->average_rate,
				  media_ratio(video->base_rate, 25));

	if (video->width <= 0 || video->height <= 0)
		return "The size of the picture could not be found out: the "
		       "file is damaged or incomplete.";
	if (pixels > MEDIA_MAX_PIXELS)
		return "The picture has too many pixels; "
		       "8192x4320 is the most.";
	if (video->width < 2 || video->height < 2)
		return "The picture is too small.";
	if (rate < MIN_RATE)
		return "This has less than one picture in ten seconds.";
	return NULL;
}

static const char *check_content(const struct media_info *info)
{
	if (info->has_video || info->has_audio)
		return NULL;
	if (info->has_cover)
		return problem_text("picture");
	if (info->has_subtitles)
		return problem_text("subtitles");
	return "This file has neither picture nor sound.";
}

static const char *check(const struct media_info *info)
{
	const char *problem = check_content(info);

	if (problem)
		return problem;
	if (info->duration > MEDIA_MAX_SECONDS)
		return "This lasts more than 24 hours, which is the most.";
	return info->has_video ? check_video(&info->video) : NULL;
}

const char *media_url(struct task *task, const struct sandbox *sandbox, int i,
		      struct media_slice slice)
{
	const char *name = sandbox_input(task, sandbox, i);
	struct stat st;

	if (!slice.start && (!slice.size || (!stat(slice.path, &st) &&
					     st.st_size == slice.size)))
		return arena_printf(task->arena, "file:%s", name);
	return arena_printf(task->arena,
			    "subfile,,start,%" PRId64 ",end,%" PRId64
			    ",,:file:%s",
			    slice.start, slice.start + slice.size, name);
}

static json_object *run_probe(struct task *task, struct media_slice slice,
			      struct child_result *result)
{
	struct sandbox sandbox = { .program = task->conf->probe,
				   .inputs = { slice.path } };
	static const char formats[] = MEDIA_FORMATS;
	const char *const arguments[] = {
		media_url(task, &sandbox, 0, slice), formats, MEDIA_PROTOCOLS,
		arena_printf(task->arena, "%d", MEDIA_MAX_PIXELS), NULL
	};
	struct child child = {
		.argv = sandbox_argv(task, &sandbox, arguments),
		.wall_seconds = 30,
		.cpu_seconds = 20,
		.open_files = 64,
		.address_space = PROBE_MEMORY,
		.max_output = 1 << 20,
	};
	json_object *document;

#ifdef __SANITIZE_ADDRESS__
	child.address_space = 0;
#endif
	child_run(task, &child, result);
	document = json_tokener_parse(result->output);
	arena_defer(task->arena, free_json, document);
	return document;
}

const char *media_probe(struct task *task, struct media_slice slice,
			struct media_info *info)
{
	struct child_result result;
	json_object *document;
	const char *problem;
	struct stat st;

	if (stat(slice.path, &st))
		return problem_text("unreadable");
	if (st.st_size <= slice.start)
		return problem_text("empty");
	document = run_probe(task, slice, &result);
	if (result.end == CHILD_EXITED && result.status == 127)
		fail(task, 500,
		     "The program that looks at media files cannot "
		     "be run.");
	if (!json_object_is_type(document, json_type_object)) {
		log_warning("probe ended with %d/%d: %s", (int)result.end,
			    result.status, result.errors);
		return "This file could not be looked at: it is damaged or "
		       "asks for too much.";
	}
	problem = problem_text(text_of(document, "error"));
	if (problem)
		return problem;
	take_info(info, document);
	return check(info);
}
