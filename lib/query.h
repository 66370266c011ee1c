/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The named queries: every file sql/{api,page,ap,feed,user,job,media}/X.sql,
 * compiled into one sorted table by tools/queries.awk. A query file is one
 * statement under a header of comment lines:
 *
 *   -- GET /api/v1/videos              its routes, where it has any (route.h)
 *   -- viewer optional                 optional | user | moderator | admin
 *   -- cache 5                         seconds, for anonymous viewers
 *   -- type application/activity+json  default application/json
 *   -- role page upload                programs that run it; default: the one
 *                                      named like its folder (cardume check)
 *   -- plan custom                     planned anew with each set of values
 *   -- param start int 0..1000000 = 0  $1
 *   -- param viewer viewer             $2 (the signed-in user's id or NULL)
 *   -- List public videos, newest first.
 *
 * Parameters are $1, $2 ... in the order of their lines. Types:
 *   int MIN..MAX   text MIN..MAX (bytes)   bool   choice a|b|c
 *   list MIN..MAX  (repeated key or key[]; MAX elements; a text[] literal)
 *   video          number, UUID or short UUID; handed on as number or UUID
 *   handle         name or name@our-host; handed on as lower-case name
 *   viewer         the signed-in user's id, never from the client
 * `= x` gives a default; `required` refuses its absence; else NULL.
 *
 * A query with a route returns one row with one column, the document; no row
 * or NULL is 404.
 */
#ifndef CARDUME_QUERY_H
#define CARDUME_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum param_type {
	PARAM_INT,
	PARAM_TEXT,
	PARAM_BOOL,
	PARAM_CHOICE,
	PARAM_LIST,
	PARAM_VIDEO,
	PARAM_HANDLE,
	PARAM_VIEWER,
};

struct param {
	const char *name;
	enum param_type type;
	int64_t min;
	int64_t max;
	const char *choices; /* "a|b|c" of a choice */
	const char *fallback; /* NULL: none */
	bool required;
};

struct query {
	const char *name; /* "api/videos" for sql/api/videos.sql */
	const char *roles; /* "page upload", or "" */
	const char *sql;
	const struct param *params;
	size_t nr_params;
	bool custom_plan;
	bool read_only; /* may be run again after a lost connection */
};

/* The query of that name; BUG() if there is none. */
const struct query *query_find(const char *name);

extern const struct query queries[]; /* sorted by name */
extern const size_t nr_queries;

#endif
