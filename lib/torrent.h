/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * .torrent files of one file each, version 1 (BEP 3, 12, 19), with names and
 * piece lengths as PeerTube chooses them (reference p2p.md 4.6).
 */
#ifndef CARDUME_TORRENT_H
#define CARDUME_TORRENT_H

#include <stdbool.h>
#include <stdint.h>

#include "hash.h"
#include "task.h"

struct torrent {
	const char *path; /* the file it is of */
	const char *name; /* info.name, torrent_name() */
	const char *web_seed; /* URL of the file */
	int64_t created; /* Unix time */
	/* called now and then while the file is read; false: stop */
	bool (*alive)(void *ctx);
	void *ctx;
	/* set by torrent_write(): */
	uint8_t info_hash[SHA1_BYTES];
};

/* "My - film 720p.mp4" of "My / film". */
const char *torrent_name(struct task *task, const char *video_name,
			 int resolution);

/* Bytes of a piece for a file of `size` bytes: about a thousand pieces, 16 KiB
 * to 4 MiB. */
int64_t torrent_piece_length(int64_t size);

/* Reads the whole file and writes `to`. False when the file cannot be read,
 * `to` not be written, or alive() said so. */
bool torrent_write(struct task *task, struct torrent *torrent, const char *to);

/* Writes a .torrent of torrent_write() anew, with these web seeds in place of
 * those in it; its info hash stays. False when it cannot be read or written,
 * or is none of ours. */
bool torrent_set_seeds(struct task *task, const char *path,
		       const char *const seeds[], int nr);

#endif
