/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * A request as handlers see it. Everything lives until its end. Functions
 * that take a request may fail() with 400 naming the parameter.
 */
#ifndef CARDUME_REQUEST_H
#define CARDUME_REQUEST_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db.h"
#include "query.h"
#include "route.h"
#include "task.h"

enum role { ROLE_ADMIN = 0, ROLE_MODERATOR = 1, ROLE_USER = 2 };

/* Who is signed in. id 0: nobody. */
struct viewer {
	int64_t id; /* app_user.id */
	const char *username;
	enum role role;
	int scopes; /* what the session or token is for (scope.h) */
	int64_t session_id; /* session.id or token.id */
	const char *session; /* the cookie's secret, for CSRF tokens */
};

struct request {
	struct task *task; /* request->task->arena, ->db, ->conf */
	const struct program *program;
	const struct route *route;
	const char *method;
	const char *path; /* normalised by nginx (DOCUMENT_URI) */
	const char *query_string;
	const char *address; /* REMOTE_ADDR */
	bool is_tls;
	struct viewer viewer;
	struct reply *reply; /* reply.h */
	struct request_private *private;
};

/* A parameter by name: path, then query string, then body. NULL if absent.
 * Bytes are checked: valid UTF-8, no NUL. */
const char *request_param(struct request *request, const char *name);
/* All values of a repeated key ("tags", "tags[]", "tags[0]"...). */
size_t request_params(struct request *request, const char *name,
		      const char *values[], size_t max);
/* "tags", "tags[]" and "tags[12]" are one list. */
bool request_names_list(const char *given, const char *name);
/* Checked forms; absent gives the fallback; bad input fails with 400. */
int64_t request_int(struct request *request, const char *name, int64_t min,
		    int64_t max, int64_t fallback);
bool request_bool(struct request *request, const char *name, bool fallback);
/* Bytes between min and max; absent: NULL where min is 0, else 400. */
const char *request_text(struct request *request, const char *name, size_t min,
			 size_t max);
/* A parameter by its declaration (query.h), as the text for PostgreSQL. */
const char *request_declared(struct request *request,
			     const struct param *param);
/* Looks at all `check`s of a named query's header (query.h); fails as they
 * say. For handlers whose body is told there. */
void request_check(struct request *request, const char *query_name);

/* Runs a query with its declared parameters; 404 without a row. */
struct rows request_query(struct request *request, const char *name);

/* The body as an object: a JSON object, or a form without files ("tags[0]",
 * "tags[]" make arrays, "a[b]" members, values are texts). An absent body is
 * an empty object. 400 for anything else, 415 for another type. */
json_object *request_body(struct request *request);
/* The same of a form with files that was parsed already. */
struct multipart;
json_object *request_multipart(struct request *request,
			       const struct multipart *form);
/* A member of a body by its path ("video.id"), NULL where absent or null. */
json_object *request_member(struct request *request, const char *path);

/* A request header ("x-peertube-otp"), NULL if absent; 400 if sent twice. */
const char *request_header(struct request *request, const char *name);
const char *request_cookie(struct request *request, const char *name);
/* The JSON body as an object, pre-scanned (json.h). 400 if it is not one. */
json_object *request_json(struct request *request);

/* The file nginx wrote the body to and its length; 400 if there is none.
 * multipart.h reads its parts. */
const char *request_body_file(struct request *request, int64_t *length);
const char *request_content_type(struct request *request);

#endif
