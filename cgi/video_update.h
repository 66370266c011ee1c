/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef CARDUME_VIDEO_UPDATE_H
#define CARDUME_VIDEO_UPDATE_H

#include <json-c/json.h>
#include <stdint.h>

#include "request.h"

/* Changes what was sent of the video that a path named, checked as all of a
 * form is; its number. Fails with 400, 403, 404. Job `publish` may be to be
 * woken. */
int64_t video_update(struct request *request, const char *named,
		     json_object *sent);

#endif
