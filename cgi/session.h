/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Who is signed in, by cookie `cardume_session`: 256 random bits in hex,
 * stored as their SHA-256. A session ends after 30 days without a visit, 180
 * days after sign-in, on sign-out, and with a new password, role or block.
 */
#ifndef CARDUME_SESSION_H
#define CARDUME_SESSION_H

#include <stdint.h>

#include "request.h"

#define SESSION_COOKIE "cardume_session"

/*
 * Sets request->viewer from the cookie; leaves it alone when there is no
 * living session. For struct program's `identify`, where every route that
 * changes something has `csrf` set: a cookie is sent by a foreign page's form
 * too.
 */
void session_identify(struct request *request);

/* Signs in: a new session (never an old one's secret) and its cookie. An old
 * session of this request ends. */
void session_open(struct request *request, int64_t user_id);

/* The browser's name as far as the column user_agent takes it; may be NULL. */
const char *session_user_agent(struct request *request);

/* Signs out: the session's row and cookie are gone. */
void session_close(struct request *request);

#endif
