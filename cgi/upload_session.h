/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * A file that comes in pieces (table upload_session). Its bytes lie in
 * MEDIA/source/UUID from the first piece on; the row says how many of them
 * were acknowledged. Whoever writes holds the file's lock, which ends with the
 * process: what a dead one left behind the acknowledged bytes is cut off.
 */
#ifndef CARDUME_UPLOAD_SESSION_H
#define CARDUME_UPLOAD_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "request.h"
#include "upload_body.h"

struct upload_session {
	struct request *request;
	const char *id;
	const char *uuid; /* of its file */
	const char *path; /* below media_dir: "source/UUID" */
	const char *full;
	int fd; /* -1: not locked */
	int64_t size;
	int64_t received;
	const char *filename;
	int64_t video_id; /* whose file is replaced, or 0 */
	const char *form; /* JSON */
	const char *thumbnail; /* below media_dir, or NULL */
	const char *answer; /* JSON, once it is complete; or NULL */
	const char *expires; /* an HTTP date */
};

/* The request's (?upload_id=); fails with 404, 403, 410. */
struct upload_session *upload_session_find(struct request *request);
/* Fails with 423 while another process writes. Afterwards `received` is what
 * the file really has. */
void upload_session_lock(struct upload_session *session);
/* Appends the body to a locked one. The first piece is moved, the others are
 * copied by the kernel. */
void upload_session_append(struct upload_session *session,
			   struct upload_body *body);
/* Waits until all of it is on the disk, before a video's row names it. */
void upload_session_sync(struct upload_session *session);

#endif
