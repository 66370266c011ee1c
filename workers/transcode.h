/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Job `transcode`, in two halves: making files in the job's own directory,
 * and putting them in their places together with their rows. */
#ifndef CARDUME_TRANSCODE_H
#define CARDUME_TRANSCODE_H

#include "plan.h"
#include "torrent.h"
#include "work.h"

struct made_torrent {
	struct torrent torrent;
	const char *file; /* name of the .torrent */
};

struct transcode {
	struct job *job;
	const char *video_id;
	const char *uuid; /* of the video */
	const char *name;
	bool may_have_torrents; /* public or unlisted */
	struct media_slice source; /* path is absolute */
	bool keeps_source;
	bool has_custom_thumbnail;
	int max_resolution;
	const char *generation; /* UUID in the names of this time */
	const char *thumbnail; /* file names */
	const char *preview;
	const char *directory; /* where all is made */
	struct media_info info; /* of the source */
	struct plan plan;
	const char *master; /* file names */
	const char *hashes;
	struct made_torrent web[PLAN_RENDITIONS];
	struct made_torrent hls[PLAN_RENDITIONS];
	const char *note; /* for the uploader, or NULL */
};

/* Makes every file below `directory`; ends the job where it cannot. */
void transcode_make(struct transcode *transcode);

/* DIRECTORY/NAME */
const char *transcode_path(const struct transcode *transcode, const char *name);

/* Torrents of what lies in `directory`, into it. `is_public` says which URLs
 * the files will have. */
void transcode_torrents(struct transcode *transcode);

#endif
