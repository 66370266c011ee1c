/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "two_factor.h"

#include <string.h>
#include <time.h>

#include "bug.h"
#include "buf.h"
#include "conf.h"
#include "hex.h"
#include "log.h"
#include "random.h"
#include "seal.h"
#include "throttle.h"

#define STORED "two-factor secret"
#define OFFERED "two-factor offer"
#define OFFER_SECONDS 600
#define TIME_DIGITS 8
#define SEALED (TOTP_SECRET + SEAL_EXTRA)
#define URI_MAX ((size_t)2000)

static struct rows stored(struct request *request, int64_t user)
{
	return db(request->task, "user/two-factor-of",
		  db_number(request->task, user));
}

bool two_factor_is_on(struct request *request, int64_t user)
{
	return stored(request, user).count > 0;
}

/* PostgreSQL says bytes as "\x" and digits. */
static void read_secret(struct request *request, int64_t user, struct rows rows,
			uint8_t secret[TOTP_SECRET])
{
	struct task *task = request->task;
	uint8_t sealed[SEALED];

	if (!hex_decode(sealed, sizeof(sealed), db_text(rows, 0, 0) + 2) ||
	    !seal_open(task->conf, STORED, db_number(task, user), secret,
		       sealed, TOTP_SECRET))
		fail(task, 500,
		     "The second factor cannot be read: has this instance a"
		     " new secret?");
}

bool two_factor_take(struct request *request, int64_t user, const char *code)
{
	struct task *task = request->task;
	const char *id = db_number(task, user);
	const char *tries =
		arena_printf(task->arena, "second factor of %s", id);
	struct rows rows = stored(request, user);
	uint8_t secret[TOTP_SECRET];
	int64_t step;

	if (!rows.count)
		return true;
	throttle_sign_in(request, tries);
	read_secret(request, user, rows, secret);
	step = totp_find(secret, code, time(NULL), db_int(rows, 0, 1));
	if (step < 0 ||
	    !db(task, "user/two-factor-spend", id, db_number(task, step))
		     .count) {
		log_info("one-time code refused, from %s", request->address);
		return false;
	}
	throttle_forgive(request, tries);
	return true;
}

static const char *uri_of(struct request *request, const char *secret,
			  const char *username)
{
	struct buf uri = buf_make(request->task->arena, URI_MAX);
	const char *host = strstr(request->task->conf->origin, "://") + 3;

	buf_str(&uri, "otpauth://totp/");
	buf_url(&uri, host, strlen(host));
	buf_char(&uri, ':');
	buf_url(&uri, username, strlen(username));
	buf_printf(&uri, "?secret=%s&issuer=", secret);
	buf_url(&uri, host, strlen(host));
	buf_printf(&uri, "&algorithm=SHA1&digits=%d&period=%d", TOTP_DIGITS,
		   TOTP_SECONDS);
	return uri.data;
}

struct two_factor_offer two_factor_same_offer(struct request *request,
					      const char *token,
					      const uint8_t secret[TOTP_SECRET],
					      const char *username)
{
	char *typed = arena_alloc(request->task->arena, TOTP_BASE32);

	totp_base32(typed, secret);
	return (struct two_factor_offer){
		.token = token,
		.secret = typed,
		.uri = uri_of(request, typed, username),
	};
}

/* What an offer is bound to: its user and its end. */
static const char *context(struct request *request, int64_t user, uint32_t end)
{
	return arena_printf(request->task->arena, "%s until %08x",
			    db_number(request->task, user), end);
}

struct two_factor_offer two_factor_offer(struct request *request, int64_t user,
					 const char *username)
{
	struct task *task = request->task;
	uint32_t end = (uint32_t)time(NULL) + OFFER_SECONDS;
	char *token = arena_alloc(task->arena, TIME_DIGITS + 2 * SEALED + 1);
	uint8_t secret[TOTP_SECRET];
	uint8_t sealed[SEALED];

	random_bytes(secret, sizeof(secret));
	seal(task->conf, OFFERED, context(request, user, end), sealed, secret,
	     sizeof(secret));
	memcpy(token, arena_printf(task->arena, "%08x", end), TIME_DIGITS);
	hex_encode(token + TIME_DIGITS, sealed, sizeof(sealed));
	return two_factor_same_offer(request, token, secret, username);
}

bool two_factor_offered(struct request *request, int64_t user,
			const char *token, uint8_t secret[TOTP_SECRET])
{
	uint8_t bytes[TIME_DIGITS / 2];
	uint8_t sealed[SEALED];
	uint32_t end;

	if (strlen(token) != TIME_DIGITS + 2 * sizeof(sealed) ||
	    !hex_decode(sealed, sizeof(sealed), token + TIME_DIGITS) ||
	    !hex_decode(
		    bytes, sizeof(bytes),
		    arena_strndup(request->task->arena, token, TIME_DIGITS)))
		return false;
	end = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
	      (uint32_t)bytes[2] << 8 | bytes[3];
	return end > (uint32_t)time(NULL) &&
	       seal_open(request->task->conf, OFFERED,
			 context(request, user, end), secret, sealed,
			 TOTP_SECRET);
}

bool two_factor_switch_on(struct request *request, int64_t user,
			  const uint8_t secret[TOTP_SECRET], const char *code)
{
	struct task *task = request->task;
	const char *id = db_number(task, user);
	int64_t step = totp_find(secret, code, time(NULL), 0);
	uint8_t sealed[SEALED];

	if (step < 0)
		return false;
	seal(task->conf, STORED, id, sealed, secret, TOTP_SECRET);
	if (!db(task, "user/two-factor-set", id,
		db_bytes(task, sealed, sizeof(sealed)), db_number(task, step))
		     .count)
		fail(task, 400, "Two factor is already enabled.");
	return true;
}
