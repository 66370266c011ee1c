/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What a program answers: rows of method and path. Rows of queries and pages
 * are declared in the first lines of their own files (query.h; templates see
 * below) and collected at build time; rows of handlers stand at the
 * end of their own file (handlers.h). `PROGRAM --routes` prints them all.
 *
 * A page declares in its first comment:
 *   {{!
 *   GET /about
 *   query page/about         its document; parameters are the query's
 *   viewer optional          none | optional | user | moderator | admin
 *   cache 10
 *   type text/html           default "text/html; charset=utf-8"
 *   }}
 *
 * Patterns: literal segments and `:name`; literal wins over `:name`. One
 * trailing slash is ignored, doubled slashes count as one.
 */
#ifndef CARDUME_ROUTE_H
#define CARDUME_ROUTE_H

#include <stdbool.h>
#include <stddef.h>

struct param;
struct request;

/* The body of a query's route; PeerTube takes 500 kB. */
#define QUERY_MAX_BODY ((size_t)500 * 1000)

enum route_kind { ROUTE_QUERY, ROUTE_PAGE, ROUTE_HANDLER };

/* Who may come. NONE: the viewer is not even looked up, the answer is the
 * same for everybody. */
enum viewer_need {
	VIEWER_NONE,
	VIEWER_OPTIONAL,
	VIEWER_USER,
	VIEWER_MODERATOR,
	VIEWER_ADMIN,
};

enum body_kind {
	BODY_NONE,
	BODY_FORM, /* urlencoded or multipart without files */
	BODY_JSON,
	BODY_ANY, /* form, multipart or JSON by Content-Type */
	BODY_FILE, /* nginx wrote it to a file: request_body_file() */
};

struct route {
	const char *method;
	const char *pattern;
	enum route_kind kind;
	enum viewer_need viewer;
	int scope; /* enum scope; 0: by the rule of scope.h */
	const char *query_name; /* query and page; a handler's body is told
				 * by its checks */
	const char *template_name; /* page */
	void (*handler)(struct request *request);
	const char *type;
	int status; /* of a query's answer; 0: 200 */
	unsigned wakes; /* a query's: bits of job kinds, 1 << JOB_remove */
	int cache; /* seconds for anonymous viewers */
	enum body_kind body;
	size_t max_body; /* bytes; 0: 64 KiB */
	bool csrf; /* a form: token required */
	/* For the API's documentation (openapi.h), of handlers: what it does,
	 * NULL where it is not documented; the answer's schema as in query.h;
	 * its parameters, ending with a row of zeros; its good statuses where
	 * they are others than `status`: "201 308", the first with the
	 * answer. An answer of "" is none. */
	const char *summary;
	const char *answer;
	const struct param *params;
	const char *statuses;
};

/* Made by tools/queries.awk and tools/templates.awk; end with method NULL. */
extern const struct route query_routes[];
extern const struct route page_routes[];

#endif
