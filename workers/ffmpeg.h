/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * FFmpeg as a sandboxed child of a job: its progress goes into the job's row,
 * the job's end ends it.
 */
#ifndef CARDUME_FFMPEG_H
#define CARDUME_FFMPEG_H

#include "media.h"
#include "plan.h"
#include "work.h"

/* A growing argument vector. */
struct arguments {
	struct task *task;
	const char *items[200];
	size_t nr;
};

void argument(struct arguments *arguments, const char *text);
void argument_list(struct arguments *arguments, const char *const *list);
void argument_printf(struct arguments *arguments, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

struct ffmpeg {
	struct job *job;
	const char *directory; /* where it works and writes */
	struct media_slice input; /* what it reads */
	const char *formats; /* demuxers allowed */
	double seconds; /* length of the result, 0: unknown */
	int from_percent; /* its part of the job's progress */
	int to_percent;
	int64_t moved_bytes; /* that it moves in silence at its end */
};

/* The arguments every run starts with, up to and including `-i INPUT`;
 * `before_input` are options of the input, or NULL. */
void ffmpeg_start(struct arguments *arguments, const struct ffmpeg *ffmpeg,
		  const char *const *before_input);

/*
 * Runs it. NULL: it ended with 0 (look at what it wrote all the same), or a
 * sentence saying why not. Ends the job where the job shall end (cancelled,
 * stopped, lease lost) or another try may help (disk full, killed).
 */
const char *ffmpeg_run(const struct ffmpeg *ffmpeg,
		       struct arguments *arguments);

/* Argument vectors (reference media.md 5). */
void ffmpeg_hls_arguments(struct arguments *arguments,
			  const struct ffmpeg *ffmpeg, const struct plan *plan);
void ffmpeg_web_arguments(struct arguments *arguments,
			  const struct ffmpeg *ffmpeg, const char *output);
void ffmpeg_sound_arguments(struct arguments *arguments,
			    const struct ffmpeg *ffmpeg,
			    const struct plan *plan);
void ffmpeg_background_arguments(struct arguments *arguments,
				 const struct ffmpeg *ffmpeg, bool has_cover);
void ffmpeg_still_arguments(struct arguments *arguments,
			    const struct ffmpeg *ffmpeg,
			    const struct plan *plan);
/* `try` 0, 1, 2: ever slower and surer ways to find a picture. */
void ffmpeg_thumbnail_arguments(struct arguments *arguments,
				const struct ffmpeg *ffmpeg,
				const struct plan *plan, int try);

#endif
