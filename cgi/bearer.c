/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "bearer.h"

#include <string.h>
#include <strings.h>

#include "db.h"
#include "session.h"
#include "token.h"

const char *bearer_token(struct request *request)
{
	const char *header = request_header(request, "authorization");

	if (!header || strncasecmp(header, "Bearer ", 7))
		return NULL;
	return header + 7 + strspn(header + 7, " ");
}

void bearer_identify(struct request *request)
{
	const char *token = bearer_token(request);
	struct rows rows;

	if (!token)
		return;
	rows = db(request->task, "api/token-find",
		  token_hash(request->task, token));
	if (!rows.count)
		fail_code(request->task, 401, "invalid_token",
			  "The access token is invalid or has expired.");
	request->viewer = (struct viewer){
		.id = db_int(rows, 0, 0),
		.username = db_text(rows, 0, 1),
		.role = (enum role)db_int(rows, 0, 2),
		.scopes = (int)db_int(rows, 0, 5),
		.session_id = db_int(rows, 0, 3),
	};
	if (db_bool(rows, 0, 4))
		db(request->task, "api/token-touch", db_text(rows, 0, 3),
		   request->address, session_user_agent(request));
}
