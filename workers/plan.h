/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What is to be made of an upload (reference media.md 5 and media-rules.py):
 * the renditions, and whether streams are copied or encoded.
 */
#ifndef CARDUME_PLAN_H
#define CARDUME_PLAN_H

#include "hls.h"
#include "media.h"

#define PLAN_RENDITIONS 8

enum plan_sound { SOUND_NONE, SOUND_COPY, SOUND_ENCODE };

struct rendition {
	int resolution; /* the shorter side */
	int width;
	int height;
	int64_t bits; /* per second, at most */
	/* file names inside the job's directory and, later, in their places */
	const char *playlist; /* UUID-RES.m3u8 */
	const char *fragmented; /* UUID-RES-fragmented.mp4 */
	const char *web; /* UUID-RES.mp4 */
	/* known once it has been made */
	struct hls_playlist hls;
	struct media_info info; /* of `fragmented` */
	int64_t fragmented_size;
	int64_t web_size;
};

struct plan {
	double duration; /* seconds; 0: unknown */
	double ratio; /* width / height as it is shown */
	double fps;
	struct media_ratio rate;
	double pad; /* seconds the last picture is held */
	bool has_picture; /* false: sound only */
	bool copies_picture;
	bool is_interlaced;
	bool is_hdr;
	bool is_still; /* a picture under a sound */
	enum plan_sound sound;
	int sound_kilobits;
	int picture_index; /* stream numbers in the source */
	int sound_index;
	struct rendition renditions[PLAN_RENDITIONS];
	int nr_renditions;
};

/* `max_resolution`: larger sources are scaled down to it. `uuid` names the
 * files of this generation. */
void plan_make(struct task *task, struct plan *plan,
	       const struct media_info *info, int max_resolution,
	       const char *uuid);

/* Encode the picture after all. */
void plan_encode(struct plan *plan);
/* Leave the sound away. */
void plan_mute(struct plan *plan);

#endif
