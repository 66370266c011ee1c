/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The one main of all FastCGI programs. Accepts on file descriptor 0 (a
 * listening Unix socket handed over by systemd, spawn-fcgi or multiwatch),
 * answers conf->request_limit requests and exits 0, to be started again.
 *
 * Options: --routes prints the table; --openapi documents it; --version;
 * --help.
 */
#ifndef CARDUME_SERVE_H
#define CARDUME_SERVE_H

#include <stdbool.h>

#include "route.h"

/* How a failure and a missing viewer are told. */
enum face {
	FACE_HTML, /* error page; no viewer: 303 to /login */
	FACE_API, /* problem document (RFC 7807); no viewer: 401 */
};

struct program {
	const char *name; /* "page": role and log name */
	enum face face;
	const char *const *query_prefixes; /* { "api/", NULL } */
	bool pages; /* the declared pages too */
	/* The tables of the handlers' files; ends with NULL, as each table
	 * ends with a row of zeros. */
	const struct route *const *handlers;
	/* Each may set request->viewer (session cookie, bearer token); ends
	 * with NULL. Run only where the route wants a viewer. */
	void (*const *identify)(struct request *request);
	/* Answers what would be 404 otherwise; false: it is. NULL: always. */
	bool (*missing)(struct request *request);
	/* Called before the query of a route of queries runs; or NULL. */
	void (*before_query)(struct request *request);
	/* Fails with 403 unless the form carries a valid token; for routes
	 * with `csrf`. NULL where there are none. */
	void (*check_csrf)(struct request *request);
	/* The token for the forms of a page; may set a cookie. */
	const char *(*csrf_token)(struct request *request);
};

int serve(int argc, char **argv, const struct program *program);

#endif
