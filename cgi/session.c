/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "session.h"

#include "db.h"
#include "hash.h"
#include "hex.h"
#include "random.h"
#include "reply.h"
#include "scope.h"

#define SECRET_BYTES 32
#define COOKIE_SECONDS (180L * 24 * 3600)
#define AGENT_MAX 300

static const char *hash_of(struct task *task, const void *secret)
{
	uint8_t digest[SHA256_BYTES];

	hash_sha256(digest, secret, SECRET_BYTES);
	return db_bytes(task, digest, sizeof(digest));
}

void session_identify(struct request *request)
{
	const char *cookie = request_cookie(request, SESSION_COOKIE);
	uint8_t secret[SECRET_BYTES];
	struct rows rows;

	if (!cookie || !hex_decode(secret, sizeof(secret), cookie))
		return;
	rows = db(request->task, "user/session-find",
		  hash_of(request->task, secret));
	if (!rows.count)
		return;
	request->viewer = (struct viewer){
		.id = db_int(rows, 0, 0),
		.username = db_text(rows, 0, 1),
		.role = (enum role)db_int(rows, 0, 2),
		.scopes = SCOPES_ALL,
		.session_id = db_int(rows, 0, 3),
		.session = cookie,
	};
	if (db_bool(rows, 0, 4))
		db(request->task, "user/session-touch", db_text(rows, 0, 3));
}

/* A cut inside a character would not be UTF-8. */
const char *session_user_agent(struct request *request)
{
	const char *agent = request_header(request, "user-agent");
	size_t len = 0;

	if (!agent)
		return NULL;
	while (agent[len] && (unsigned char)agent[len] < 0x80 &&
	       len < AGENT_MAX)
		len++;
	return arena_strndup(request->task->arena, agent, len);
}

void session_open(struct request *request, int64_t user_id)
{
	struct task *task = request->task;
	uint8_t secret[SECRET_BYTES];
	char *text = arena_alloc(task->arena, 2 * SECRET_BYTES + 1);

	random_bytes(secret, sizeof(secret));
	hex_encode(text, secret, sizeof(secret));
	db(task, "user/session-open", db_number(task, user_id),
	   hash_of(task, secret), request->address, session_user_agent(request),
	   db_number(task, request->viewer.session_id));
	reply_cookie(request, SESSION_COOKIE, text, COOKIE_SECONDS);
}

void session_close(struct request *request)
{
	struct task *task = request->task;

	db(task, "user/session-close",
	   db_number(task, request->viewer.session_id));
	reply_cookie(request, SESSION_COOKIE, "", 0);
}
