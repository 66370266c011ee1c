/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What a client says of a body's bytes: Digest (RFC 3230) with sha-256, sha
 * or md5, or Content-MD5 (RFC 1864). */
#ifndef CARDUME_UPLOAD_DIGEST_H
#define CARDUME_UPLOAD_DIGEST_H

#include "request.h"
#include "upload_body.h"

/* Fails with 460 where it is not true, with 400 for what is none. */
void upload_digest_check(struct request *request,
			 const struct upload_body *body);

#endif
