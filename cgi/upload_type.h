/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What may be uploaded: a first look, before cardume-probe's real one. */
#ifndef CARDUME_UPLOAD_TYPE_H
#define CARDUME_UPLOAD_TYPE_H

#include <stdint.h>

#include "task.h"

#define UPLOAD_CAPTION_MAX ((int64_t)20 * 1024 * 1024)
/* Bytes of a picture, and of a form with nothing else in it. */
#define UPLOAD_PICTURE_MAX ((int64_t)8 * 1024 * 1024)

/*
 * NULL, or why a file of this name, whose bytes are the `size` ones at `start`
 * of fd, is taken neither for a video nor for sound; a sentence for the
 * person.
 */
const char *upload_type_refusal(struct task *task, const char *filename, int fd,
				int64_t start, int64_t size);
/* The same by the name alone, before the bytes are there. */
const char *upload_name_refusal(struct task *task, const char *filename);
/* The same of a picture: JPEG, PNG or WebP. Fails with 413 where it is too
 * large. */
const char *upload_picture_refusal(struct task *task, int fd, int64_t start,
				   int64_t size);
/* Fails with 413 where so many bytes are too many for a picture. */
void upload_picture_check_size(struct task *task, int64_t size);

#endif
