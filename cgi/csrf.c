/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "csrf.h"

#include <string.h>
#include <time.h>

#include "conf.h"
#include "hash.h"
#include "hex.h"
#include "random.h"
#include "reply.h"
#include "secret.h"

#define COOKIE "cardume_form"
#define COOKIE_BYTES 16
#define HOURS_VALID 24

/* Hour in hex, a point, the code in hex. */
#define HOUR_DIGITS 8
#define TOKEN_LEN (HOUR_DIGITS + 1 + 2 * SHA256_BYTES)

static char *make_token(struct request *request, const char *subject,
			uint32_t hour)
{
	struct arena *arena = request->task->arena;
	const char *signed_text = arena_printf(arena, "%08x.%s", hour, subject);
	char *token = arena_alloc(arena, TOKEN_LEN + 1);
	uint8_t code[SHA256_BYTES];

	secret_mac(request->task->conf, code, "csrf", signed_text);
	memcpy(token, signed_text, HOUR_DIGITS + 1);
	hex_encode(token + HOUR_DIGITS + 1, code, sizeof(code));
	return token;
}

/* The cookie that stands for a session, where it is one of ours. */
static const char *form_cookie(struct request *request)
{
	const char *cookie = request_cookie(request, COOKIE);
	uint8_t bytes[COOKIE_BYTES];

	if (!cookie || !hex_decode(bytes, sizeof(bytes), cookie))
		return NULL;
	return cookie;
}

static const char *new_form_cookie(struct request *request)
{
	char *text = arena_alloc(request->task->arena, 2 * COOKIE_BYTES + 1);
	uint8_t bytes[COOKIE_BYTES];

	random_bytes(bytes, sizeof(bytes));
	hex_encode(text, bytes, sizeof(bytes));
	reply_cookie(request, COOKIE, text, HOURS_VALID * 3600L);
	return text;
}

static uint32_t this_hour(void)
{
	return (uint32_t)(time(NULL) / 3600);
}

const char *csrf_token(struct request *request)
{
	const char *subject = request->viewer.session;

	if (!subject)
		subject = form_cookie(request);
	if (!subject)
		subject = new_form_cookie(request);
	return make_token(request, subject, this_hour());
}

/* Origin: https://HOST[:PORT]; "null" comes where the referrer is hidden. */
static bool is_our_origin(struct request *request, const char *origin)
{
	const char *host = request_header(request, "host");
	const char *authority = strstr(origin, "://");

	if (!strcmp(origin, "null") ||
	    !strcmp(origin, request->task->conf->origin))
		return true;
	return host && authority && !strcmp(authority + 3, host);
}

static bool is_foreign(struct request *request)
{
	const char *origin = request_header(request, "origin");
	const char *site = request_header(request, "sec-fetch-site");

	return (origin && !is_our_origin(request, origin)) ||
	       (site && strcmp(site, "same-origin") && strcmp(site, "none"));
}

static bool is_good(struct request *request, const char *token)
{
	const char *subject = request->viewer.session;
	uint32_t hour;
	uint32_t age;
	char *end;

	if (!subject)
		subject = form_cookie(request);
	if (!subject || strlen(token) != TOKEN_LEN)
		return false;
	hour = (uint32_t)strtoul(token, &end, 16);
	age = this_hour() - hour;
	if (end != token + HOUR_DIGITS || age > HOURS_VALID)
		return false;
	return hash_equal(make_token(request, subject, hour), token, TOKEN_LEN);
}

void csrf_check(struct request *request)
{
	const char *token = request_param(request, "csrf");

	if (is_foreign(request))
		fail(request->task, 403,
		     "This form was sent from another site.");
	if (!token || !is_good(request, token))
		fail(request->task, 403,
		     "This form is too old, or cookies are"
		     " off. Please load the page again and send it once more.");
}
