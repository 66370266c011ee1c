/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Job `redundancy {redundancyId}`: a copy of the HLS files of another server's
 * video. What is there is read from its playlists (RFC 8216) as PeerTube has
 * them: one folder, one fragmented MP4 for each rendition.
 */
#ifndef CARDUME_REDUNDANCY_H
#define CARDUME_REDUNDANCY_H

#include "hls.h"
#include "work.h"

#define REDUNDANCY_RENDITIONS 32
#define REDUNDANCY_NAMES (2 + 2 * REDUNDANCY_RENDITIONS)

struct redundancy_rendition {
	const char *playlist; /* file names */
	const char *media;
	struct hls_playlist hls;
	int64_t size; /* bytes of `media` that the playlist tells of */
};

struct redundancy {
	struct job *job;
	struct task piece; /* for one answer; emptied after each */
	const char *id;
	const char *playlist_url;
	const char *hashes_url; /* NULL: there are none */
	const char *folder; /* below public/ */
	int64_t limit; /* bytes that its server speaks of */
	const char *base; /* of all URLs, without the last '/' */
	const char *directory; /* where the files come to */
	bool is_resumed; /* something was there from an earlier attempt */
	const char *names[REDUNDANCY_NAMES]; /* of files, each once */
	int nr_names;
	struct redundancy_rendition renditions[REDUNDANCY_RENDITIONS];
	int nr_renditions;
	int64_t total; /* bytes of all media */
	int64_t done;
};

/* A small file of the folder, in memory and in the directory; ends the job
 * where it cannot be had. A NUL is behind it. */
char *redundancy_text(struct redundancy *redundancy, const char *name);

/* Reads the playlists into `renditions` and `total`, and keeps them; ends the
 * job where something in them is not as it should be. */
void redundancy_playlists(struct redundancy *redundancy);

/* DIRECTORY/NAME */
const char *redundancy_path(const struct redundancy *redundancy,
			    const char *name);

/* Takes a name for a file; ends the job where it is none, or is taken. */
void redundancy_name(struct redundancy *redundancy, const char *name);

#endif
