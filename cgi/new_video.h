/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * A video that is about to be made, or to get another file, whichever way its
 * bytes came: in a form or in pieces.
 */
#ifndef CARDUME_NEW_VIDEO_H
#define CARDUME_NEW_VIDEO_H

#include <json-c/json.h>
#include <stdint.h>

#include "media.h"
#include "request.h"

struct new_video {
	struct request *request;
	json_object *form; /* 45-upload.sql */
	json_object *errors; /* video_form.h */
	const char *filename; /* as its maker calls it */
	struct media_slice slice; /* its bytes, where they are now */
	int fd; /* the same file */
	const char *uuid;
	const char *reserved; /* the reservation that is its own */
	int64_t id; /* once it is inserted, or of the replaced one */
};

/* A random UUID's text. */
const char *new_uuid(struct task *task);

/* Adds what is wrong with the file to `errors`: its type, its contents. */
void new_video_check_file(struct new_video *video);

/* Video, source, passwords, jobs; inside a transaction. `source` and
 * `thumbnail` (or NULL) are below media_dir. The API's answer; NULL when the
 * quota is used up, which `errors` then says. */
const char *new_video_insert(struct new_video *video, const char *source,
			     const char *thumbnail);
/* The same for another file of the video `id`. False: over quota. */
bool new_video_replace(struct new_video *video, const char *source);
/* After the commit. */
void new_video_wake(struct task *task);

/* Job `image` for a picture below media_dir, which goes away then; `owner` is
 * the payload's key for whose it is (workers/image.c). */
void new_picture_job(struct request *request, const char *kind,
		     const char *owner, int64_t id, const char *path);

/* Fails with the first of `errors`, 413 with its code. */
void new_video_fail(struct new_video *video);

#endif
