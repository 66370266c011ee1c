/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What a media file is, told by cardume-probe(8) (libavformat in a sandboxed
 * child: nothing of the file is read in this process).
 */
#ifndef CARDUME_MEDIA_H
#define CARDUME_MEDIA_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

#include "sandbox.h"
#include "task.h"

#define MEDIA_MAX_PIXELS 35389440 /* 8192x4320 */
#define MEDIA_MAX_SECONDS 86400

/* Demuxers an upload may use (reference media.md 3); none of them opens
 * other files. Pictures have their own list. */
#define MEDIA_FORMATS \
	"mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,ogg,avi,mpeg," \
	"mpegts,flv,asf,wav,mp3,flac,aac,ac3,mxf,nut,gif"
#define MEDIA_PICTURE_FORMATS "png_pipe,jpeg_pipe,webp_pipe"
#define MEDIA_PROTOCOLS "file,subfile"

/* A slice of a file: an upload's bytes inside the form's body as nginx wrote
 * it. size 0: until the end. */
struct media_slice {
	const char *path;
	int64_t start;
	int64_t size;
};

struct media_ratio {
	int num;
	int den; /* 0: unknown */
};

struct media_video {
	int index; /* of the stream in the file */
	const char *codec; /* FFmpeg's names */
	const char *codec_string; /* RFC 6381, or "" */
	const char *pixel_format;
	const char *field_order; /* "progressive", "unknown", "tt" .. */
	const char *transfer; /* "smpte2084", "arib-std-b67", ... */
	int width;
	int height;
	struct media_ratio sar;
	int rotation; /* degrees */
	struct media_ratio average_rate;
	struct media_ratio base_rate; /* r_frame_rate */
	double duration; /* seconds, 0: unknown */
};

struct media_audio {
	int index;
	const char *codec;
	const char *codec_string;
	int channels;
	bool has_layout;
	int sample_rate;
	int64_t bit_rate; /* 0: unknown */
	double duration;
};

struct media_info {
	const char *format;
	double duration; /* seconds, 0: unknown */
	int64_t bit_rate; /* of the whole file, 0: unknown */
	bool has_video;
	bool has_audio;
	bool has_cover; /* a picture attached to sound */
	bool has_subtitles;
	struct media_video video; /* the first of each */
	struct media_audio audio;
	json_object *document; /* all of it, as it was printed */
};

/*
 * NULL and `info` filled, or a sentence for the uploader that says what is
 * wrong with the file. Everything lives until the task's end. Fails only when
 * no child can be made.
 */
const char *media_probe(struct task *task, struct media_slice slice,
			struct media_info *info);

/* The URL FFmpeg opens for a slice of the sandbox's input i. */
const char *media_url(struct task *task, const struct sandbox *sandbox, int i,
		      struct media_slice slice);

double media_ratio(struct media_ratio ratio, double fallback);

#endif
