/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Why an upload may not come, told before its body is read: nginx knows only
 * yes and no, so headers say the rest (etc/nginx.conf.in). */
#ifndef CARDUME_UPLOAD_CHECK_H
#define CARDUME_UPLOAD_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "request.h"

struct refusal {
	const char *word; /* of the page /upload/refused */
	int status;
	const char *title;
	const char *code; /* PeerTube's, or NULL */
	const char *text;
};

/* The one of that word; the first where there is none. */
const struct refusal *upload_refusal(const char *word);
/* Its problem document, on one line. */
const char *upload_problem(struct request *request,
			   const struct refusal *refusal);
/* Answers nginx: no. */
void upload_refuse(struct request *request, const char *word);

/* Is there room for so many bytes besides what runs uploads have announced? */
bool upload_has_space(struct task *task, int64_t bytes);
/* Content-Length of the body in question; 0 where it is unknown. */
int64_t upload_announced(struct request *request);

#endif
