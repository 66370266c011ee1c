/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * How strangers come to have an account; for the REST API and the pages alike.
 * All fail with the status and the words the API answers with.
 */
#ifndef CARDUME_SIGNUP_H
#define CARDUME_SIGNUP_H

#include <json-c/json.h>

#include "request.h"

/* `form` is {username, email, displayName, channelName, channelDisplayName,
 * registrationReason}; 429 where there were too many of late. */

/* An account at once. */
void signup_register(struct request *request, json_object *form,
		     const char *password);
/* A request that a moderator decides on; its document as text. */
struct rows signup_ask(struct request *request, json_object *form,
		       const char *password);

/* A link was followed: its user has a new password and is signed out
 * everywhere. */
void signup_reset_password(struct request *request, const char *user,
			   const char *secret, const char *password);

/* Has a mail sent by the query of that name, if the address is known; nothing
 * tells whether it is. */
void signup_mail(struct request *request, const char *query_name,
		 const char *email);

#endif
