/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What a token may be used for. Those of the password grant are for all;
 * applications and users who make tokens choose. A route needs one scope: its
 * own where it names one (`-- scope` of a query, .scope of a handler), else by
 * who may come and what is done:
 *
 *   admin     routes of administrators; who is a user, and with what password
 *   moderate  routes of moderators
 *   upload    POST of videos: /api/v1/videos/upload...
 *   read      other GETs: all the user sees; playing it
 *   write     other changes: videos, channels, playlists, comments, ratings
 *   account   the account itself: settings, password, removal, sessions, the
 *             second factor
 *
 * The role counts too: a scope gives nobody rights. What moderators may do to
 * others' videos and comments by the routes of all users goes with `write`.
 */
#ifndef CARDUME_SCOPE_H
#define CARDUME_SCOPE_H

#include <stdbool.h>

struct request;
struct route;

enum scope {
	SCOPE_NONE = 0, /* in a route: by the rule above */
	SCOPE_READ = 1,
	SCOPE_WRITE = 2,
	SCOPE_UPLOAD = 4,
	SCOPE_MODERATE = 8,
	SCOPE_ACCOUNT = 16,
	SCOPE_ADMIN = 32,
	SCOPE_ANY = 64, /* in a route: every token will do */
	SCOPES_ALL = -1, /* of a token */
};

/* Fails with 403 unless the viewer's token is for such a route. */
void scope_check(struct request *request);

/* "read write" as bits; -1: it names one that is none. An empty text is
 * none. */
int scope_parse(const char *text);
struct task;
/* Bits as such a text. */
const char *scope_text(struct task *task, int scopes);
/* The name of one bit; NULL past the last: for (int i = 0; ...; i++). */
const char *scope_name(int bit);

#endif
