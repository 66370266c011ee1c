/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The page with the upload form. */
#ifndef CARDUME_PUBLISH_H
#define CARDUME_PUBLISH_H

#include <json-c/json.h>

#include "request.h"

/* PeerTube's list of extensions (reference: media.md 1), for accept="" and
 * for people: ".mp4, .webm, ..." */
extern const char upload_extensions[];

/* `form` and `errors` as in video_form.h; NULL: an empty form, no errors. */
void publish_show(struct request *request, int status, json_object *form,
		  json_object *errors);

#endif
