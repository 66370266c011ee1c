/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Files on the media volume. Functions that return bool leave the reason in
 * errno.
 */
#ifndef CARDUME_FILE_H
#define CARDUME_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "task.h"

/* A small file with a NUL behind it; NULL when absent or larger than `max`. */
char *file_read(struct task *task, const char *path, size_t max);
/* Writes and syncs a new file, replacing an old one by rename, so that there
 * is always a whole one. */
bool file_write(struct task *task, const char *path, const void *bytes,
		size_t len);
bool file_sync(const char *path);
/* Bytes, or -1. */
int64_t file_size(const char *path);

/* Makes a directory and those above it. Existing ones are fine. */
bool file_make_directory(struct task *task, const char *path);
/* Moves within the volume, making the target's directory, and syncs both
 * directories. A source that is gone, also its directory, while the target is
 * there is fine: it was moved before. */
bool file_move(struct task *task, const char *from, const char *to);
/* Removes a file; one that is not there is fine. */
bool file_remove(const char *path);
/* Removes a directory with all in it; symbolic links are not followed. */
void file_remove_tree(const char *path);

/* MEDIA/public/RELATIVE or MEDIA/private/RELATIVE. */
const char *file_media(struct task *task, bool is_public, const char *relative);
/* A path below media_dir that somebody else's row names: without "..", empty
 * or hidden parts. */
bool file_is_relative(const char *path);

#endif
