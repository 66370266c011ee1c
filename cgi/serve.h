/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The one main of all FastCGI programs. Accepts on file descriptor 0 (a
 * listening Unix socket handed over by systemd, spawn-fcgi or multiwatch),
 * answers conf->request_limit requests and exits 0, to be started again.
 *
 * Options: --routes prints the table; --version; --help.
 */
#ifndef CARDUME_SERVE_H
#define CARDUME_SERVE_H

#include <stdbool.h>

#include "route.h"

/* How a failure and a missing viewer are told. */
enum face {
	FACE_HTML,	/* error page; no viewer: 303 to /login */
	FACE_API,	/* problem document (RFC 7807); no viewer: 401 */
};

struct program {
	const char *name;		/* "page": role and log name */
	enum face face;
	const char *query_prefix;	/* "api/": which declared queries */
	bool pages;			/* the declared pages too */
	bool cookies;			/* session cookies name the viewer */
	bool bearer;			/* bearer tokens name the viewer */
	const struct route *handlers;	/* end with method NULL */
	const char *headers;		/* "Name: value\r\n" on every answer */
};

int serve(int argc, char **argv, const struct program *program);

#endif
