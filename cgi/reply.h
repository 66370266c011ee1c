/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Answers. A handler gives exactly one and returns; nothing is sent before it
 * has returned, so that fail() can still answer instead.
 */
#ifndef CARDUME_REPLY_H
#define CARDUME_REPLY_H

#include <json-c/json.h>
#include <stddef.h>

#include "request.h"

/* Adds a header line. Value is checked: no control characters. */
void reply_header(struct request *request, const char *name, const char *value);
/* Set-Cookie; max_age < 0: until the browser closes, 0: delete. Always
 * HttpOnly, SameSite=Lax, Path=/, Secure when the origin is https. */
void reply_cookie(struct request *request, const char *name, const char *value,
		  long max_age);

/* Bytes as they are (kept by reference until sent). */
void reply_bytes(struct request *request, int status, const char *type,
		 const char *bytes, size_t len);
/* Gives the reply another media type. */
void reply_type(struct request *request, const char *type);
void reply_json(struct request *request, int status, json_object *document);
void reply_empty(struct request *request, int status);
/* 303 to a path of ours ("/w/x"): never to a foreign URL. */
void reply_redirect(struct request *request, const char *path);
/* A template ("page/login") over a document; the page's frame (site, viewer,
 * csrf, flash, see templates/layout.mustache) is added. `document` may be
 * NULL. Takes ownership of it. */
void reply_page(struct request *request, int status, const char *name,
		json_object *document);
/* X-Accel-Redirect to an internal location. */
void reply_accel(struct request *request, const char *path, const char *type);
/* One text for the next page of this session: "Saved." */
void reply_flash(struct request *request, const char *text);

#endif
