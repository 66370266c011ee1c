/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What serve.c, request.c and reply.c share and handlers need not see. */
#ifndef CARDUME_REQUEST_PRIVATE_H
#define CARDUME_REQUEST_PRIVATE_H

#include <fcgiapp.h>

#include "buf.h"
#include "request.h"
#include "route_table.h"

#define PARAMS_MAX 512

struct pair {
	const char *name;
	const char *value;
};

struct pairs {
	struct pair *list;
	size_t nr;
	bool is_read;
};

struct request_private {
	FCGX_Request *fcgi;
	struct route_match match;
	struct pairs path;
	struct pairs query;
	struct pairs form;
	const char *body;
	size_t body_len;
	bool body_is_read;
	json_object *json;
	json_object *object; /* request_body() */
	struct task failed; /* why, for reply_failure() */
};

struct reply {
	int status;
	const char *type;
	struct buf headers;
	const char *bytes;
	size_t len;
	bool is_given;
	bool sets_cookie;
};

/* A CGI variable, or NULL. */
const char *request_variable(struct request *request, const char *name);
/* Reads all of the body into private->body; 413 where it is too long. */
void request_read_body(struct request *request);
/* Is the body's media type this one? */
bool request_has_type(struct request *request, const char *type);
/* A parameter's text as a number, a boolean; 400 naming it. */
int64_t request_parse_int(struct request *request, const char *name,
			  const char *text, int64_t min, int64_t max);
bool request_parse_bool(struct request *request, const char *name,
			const char *text);
/* "params", "query" or "body": where a parameter came from or belongs. */
const char *request_location(struct request *request, const char *name);
/* What was sent for it as far as that was read already; NULL where nothing. */
const char *request_given(struct request *request, const char *name);

/* Fills in what the failed task says: error page or problem document. */
void reply_failure(struct request *request);
/* Writes status line, headers and body to the FastCGI stream. */
void reply_send(struct request *request);

#endif
