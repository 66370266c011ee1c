/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Limits on what may be tried (passwords). Counted in windows in an UNLOGGED
 * table: a crash of the database forgives.
 */
#ifndef CARDUME_THROTTLE_H
#define CARDUME_THROTTLE_H

#include "request.h"

/*
 * Counts a try to sign in to `name` from the request's address; fails with 429
 * and Retry-After past 10 in 15 minutes for the name, 15 in 5 minutes for the
 * address (an IPv6 /56 is one). Call it before the password is looked at,
 * outside of a transaction.
 */
void throttle_sign_in(struct request *request, const char *name);

/* Counts a try to open a video by a password: 15 in 5 minutes for an address
 * and a video. */
void throttle_video_password(struct request *request, const char *short_uuid);

/*
 * For passwords of videos that come with each request (a header), so that only
 * wrong ones count: the first fails with 429 past 30 wrong ones in 5 minutes
 * for an address and what `video` names, before the password is looked at; the
 * second counts one. Of `video` 36 bytes are looked at: a UUID.
 */
void throttle_video_header(struct request *request, const char *video);
void throttle_wrong_header(struct request *request, const char *video);

/* The header x-peertube-video-password for the video that the path names `id`,
 * NULL where there is none; fails past the limit. And: it was wrong. */
const char *throttle_password(struct request *request);
void throttle_wrong_password(struct request *request);

/* New accounts, and requests for one, from an address: the first fails with 429
 * past 2 in 5 minutes, the second counts one (failed ones do not count). */
void throttle_signup(struct request *request);
void throttle_signed_up(struct request *request);

/* Counts a mail that an address has had sent: 3 in 5 minutes. */
void throttle_mail(struct request *request);

/* Counts a message to the instance; false: the address sent one within the
 * hour. */
bool throttle_contact(struct request *request);

/* Counts a message of an application's own log: 30 in a minute. */
void throttle_client_log(struct request *request);

/* Counts an application that registers: 10 in an hour for an address. */
void throttle_application(struct request *request);

/* Counts what is asked of other servers for somebody: 20 in five minutes for an
 * address. */
void throttle_lookup(struct request *request);

/* Counts a key of another server that is fetched for a request: 100 in five
 * minutes for an address. */
void throttle_key(struct request *request);

/* The try was good: it does not count. */
void throttle_forgive(struct request *request, const char *name);

#endif
