/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The named queries: every file X.sql of sql/api, page, ap, feed, user, job,
 * media, admin and signal, compiled into one sorted table by
 * tools/queries.awk. A query file is one statement under a header of comment
 * lines:
 *
 *   -- GET /api/v1/videos              its routes, where it has any (route.h)
 *   -- viewer optional                 optional | user | moderator | admin
 *   -- scope account               what a token must be for, where it is not
 *                                      what cgi/scope.h says of all routes
 *   -- cache 5                         seconds, for anonymous viewers
 *   -- type application/activity+json  default application/json
 *   -- status 204                      of the answer: 200 (default) or 204
 *   -- wake remove tracker             kinds of jobs it may have inserted
 *   -- answer list VideoComment        the document's schema (doc/openapi):
 *                                      NAME, `list NAME` ({total, data}) or
 *                                      `array NAME`
 *   -- role page upload                programs that run it; default: the one
 *                                      named like its folder (cardume check)
 *   -- plan custom                     planned anew with each set of values
 *   -- param start int 0..1000000 = 0  $1, from the path or query string
 *   -- field text chars 1..10000 required   $2, a member of the body
 *   -- check name chars 3..120         checked, not handed on
 *   -- param viewer viewer             $3 (the signed-in user's id or NULL)
 *   -- List public videos, newest first.
 *
 * The comment is the operation's summary in the API's documentation.
 * Parameters are $1, $2 ... in the order of their `param` and `field` lines.
 * A body is a JSON object or a form without files; `video.id` names a member
 * of a member; numbers and booleans may come as texts. Types:
 *   int MIN..MAX   text MIN..MAX (bytes)   chars MIN..MAX (characters)
 *   bool   choice a|b|c   date (ISO 8601)   uuid
 *   list MIN..MAX  (repeated key or key[]; MAX elements; a text[] literal)
 *   ints MIN..MAX  the same of whole numbers
 *   video          number, UUID or short UUID; handed on as number or UUID
 *   handle         name or name@host; handed on in lower case, ours without
 *                  their host, as actor.name has them
 *   json           any member of the body, as JSON text
 * From elsewhere, never from the client's parameters:
 *   viewer         the signed-in user's id
 *   session        the id of the session or token the viewer came with
 *   password       the header x-peertube-video-password; wrong ones are
 *                  counted (refuse(..., 'incorrect_video_password'))
 *   address        the client's address       agent   its User-Agent
 *   body           all of the body, as the text of a JSON object
 * `= x` gives a default; `required` refuses its absence; else NULL. An empty
 * text and JSON's null count as absent.
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
	PARAM_CHARS,
	PARAM_DATE,
	PARAM_UUID,
	PARAM_INTS,
	PARAM_JSON,
	PARAM_SESSION,
	PARAM_PASSWORD,
	PARAM_ADDRESS,
	PARAM_AGENT,
	PARAM_BODY,
};

struct param {
	const char *name;
	enum param_type type;
	int64_t min;
	int64_t max;
	const char *choices; /* "a|b|c" of a choice */
	const char *fallback; /* NULL: none */
	bool required;
	bool in_body; /* a `field` or `check` */
};

struct query {
	const char *name; /* "api/videos" for sql/api/videos.sql */
	const char *roles; /* "page upload", or "" */
	const char *sql;
	const struct param *params;
	size_t nr_params;
	const struct param *checks;
	size_t nr_checks;
	const char *summary; /* what its header says in words, or "" */
	const char *answer; /* "list VideoComment", or "" */
	bool custom_plan;
	bool read_only; /* may be run again after a lost connection */
};

/* The query of that name; BUG() if there is none. */
const struct query *query_find(const char *name);

extern const struct query queries[]; /* sorted by name */
extern const size_t nr_queries;

#endif
