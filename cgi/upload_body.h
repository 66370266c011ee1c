/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The body of a form with files, as nginx wrote it to MEDIA/incoming. nginx
 * unlinks it after the answer, unless it has been moved away from there.
 */
#ifndef CARDUME_UPLOAD_BODY_H
#define CARDUME_UPLOAD_BODY_H

#include <stdbool.h>
#include <stdint.h>

#include "multipart.h"
#include "request.h"
#include "video_form.h"

struct upload_body {
	struct task *task;
	const char *path;
	int fd;
	int64_t size;
	struct multipart form;
};

/* Opens and parses it; fails with 400 when it is no complete form. Everything
 * is released at the request's end. */
struct upload_body *upload_body(struct request *request);

/* Opens one that is no form. */
struct upload_body *upload_body_open(struct request *request);

/* Its fields, for video_form_read(). */
struct form_source upload_body_fields(struct upload_body *body, bool is_page);

/*
 * Something in MEDIA/source that is removed at the request's end, unless
 * `is_kept` was set: to be done when the row that names it is about to be
 * committed. If that fails then, the sweep job finds the file.
 */
struct upload_file {
	const char *path; /* below media_dir: "source/UUID" */
	const char *full;
	bool is_kept;
};

/* One whose bytes the caller writes to `full`. */
struct upload_file *upload_file_new(struct task *task, const char *uuid);
/* Moves the whole body to source/UUID, readable for the workers, and waits
 * until it is on the disk. */
struct upload_file *upload_body_move(struct upload_body *body,
				     const char *uuid);
/* Copies one part to source/UUID. Fails with 507 on a full disk. */
struct upload_file *upload_body_copy(struct upload_body *body,
				     const struct multipart_part *part,
				     const char *uuid);

#endif
