/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Requests that other servers sign (http_signature.h). */
#ifndef CARDUME_SIGNED_REQUEST_H
#define CARDUME_SIGNED_REQUEST_H

#include "http_signature.h"
#include "request.h"

/* The request as its signature is about it, without a body. Fails with 400
 * where its address is written in another way than nginx understood it. */
struct http_signed_request signed_request(struct request *request);

/* Before each document of ActivityPub: fails with 404 where the instance speaks
 * to nobody (setting federation.enabled), with 403 for a signature of a blocked
 * server, and, where federation.authorized_fetch is on, with 401 without a good
 * signature. A key that is not known is fetched meanwhile, 4 s; then 503. What
 * is needed to begin with, WebFinger, NodeInfo and the server's own actor,
 * wants no signature. */
void signed_access(struct request *request);

#endif
