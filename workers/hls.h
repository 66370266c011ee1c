/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * HLS playlists (RFC 8216) of byte ranges in one fragmented MP4: what FFmpeg
 * wrote is read back and checked, the master playlist and the hashes of the
 * segments are written (reference p2p.md 3.3).
 */
#ifndef CARDUME_HLS_H
#define CARDUME_HLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "task.h"

struct hls_segment {
	int64_t first; /* byte */
	int64_t size;
	double seconds;
};

struct hls_playlist {
	struct hls_segment *segments;
	size_t nr_segments;
	double seconds; /* sum */
	double longest; /* the longest segment */
	int64_t peak; /* bits per second of the largest */
	bool has_end;
};

/* False when there is no such file, or it is not a playlist of ranges. */
bool hls_read(struct task *task, const char *path,
	      struct hls_playlist *playlist);

struct hls_variant {
	const char *playlist; /* file names */
	const char *fragmented;
	const char *path; /* of the fragmented file */
	const struct hls_playlist *hls;
	int64_t bandwidth;
	int width;
	int height;
	double fps;
	const char *codecs;
};

/* The text of the master playlist. */
const char *hls_master(struct task *task, const struct hls_variant *variants,
		       int nr);

/*
 * {"FILE": {"FIRST-LAST": "sha256"}} of every segment; `alive` is called for
 * each of them, false ends it with NULL. NULL too when a file cannot be read.
 */
const char *hls_hashes(struct task *task, const struct hls_variant *variants,
		       int nr, bool (*alive)(void *), void *ctx);

#endif
