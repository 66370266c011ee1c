/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A picture that somebody uploads: kept until job `image` has made the real
 * ones out of it. */
#ifndef CARDUME_UPLOAD_PICTURE_H
#define CARDUME_UPLOAD_PICTURE_H

#include <stdint.h>

#include "request.h"

/* Takes the body's file; `owner` is the payload's key for whose picture it is
 * (workers/image.c). The job's id. */
int64_t upload_picture(struct request *request, const char *kind,
		       const char *owner, int64_t id);

#endif
