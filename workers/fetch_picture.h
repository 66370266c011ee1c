/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Job `fetch {what: "picture", kind, url, videoId | actorId, width, height}`: a
 * picture of another server's is got, and job `image`, which has no network,
 * makes ours of it. */
#ifndef CARDUME_FETCH_PICTURE_H
#define CARDUME_FETCH_PICTURE_H

#include "work.h"

void fetch_picture(struct job *job);

#endif
