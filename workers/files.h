/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The files of a video in public/ and private/. Who uses these holds the
 * video's row (media/lock) or minds that files move. */
#ifndef CARDUME_FILES_H
#define CARDUME_FILES_H

#include "work.h"

/* The path of a file, in whichever tree it is now: a worker may have died
 * between moving and telling the database. */
const char *files_find(struct task *task, const char *relative);

/* Moves all files that have rows where they belong, wherever they are, or
 * ends the job. */
void files_move(struct job *job, const char *video_id, bool is_public);

#endif
