/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Where jobs make and move files on the media volume. */
#ifndef CARDUME_FILES_H
#define CARDUME_FILES_H

#include "work.h"

/* The path of a file, in whichever tree it is now: a worker may have died
 * between moving and telling the database. */
const char *files_find(struct task *task, const char *relative);

/* Moves all files of a video that have rows where they belong, wherever they
 * are, or ends the job. The video's row is locked (media/lock). */
void files_move(struct job *job, const char *video_id, bool is_public);

/* A new directory below work/ for this attempt of a job; goes with its task.
 * What earlier attempts have left, whose worker was killed, goes at once. */
const char *files_work_directory(struct job *job);

/* The same, with what the earlier attempt has left (`is_resumed`); stays for
 * the next one where this one does not move or remove it. Job `sweep` removes
 * it when there is no attempt for an hour. */
const char *files_work_resumed(struct job *job, bool *is_resumed);

/* Bytes in that directory; 0 where there is none. */
int64_t files_written(struct job *job);

/* Bytes free on the media volume; with less than FILES_LEAST_FREE it is full.
 * INT64_MAX where that cannot be told. */
int64_t files_free(struct task *task);
#define FILES_LEAST_FREE (1 << 20)

#endif
