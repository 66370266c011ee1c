/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * OAuth 2 as PeerTube speaks it (RFC 6749 4.3 and 6): password grant, refresh
 * with rotation, revocation. One client for all applications that ask for the
 * password; those that were registered (oauth_app.c) have no secret and come
 * with a code (4.1) and its verifier (RFC 7636).
 */
#include <string.h>
#include <strings.h>

#include "base64url.h"
#include "bearer.h"
#include "conf.h"
#include "db.h"
#include "handlers.h"
#include "hash.h"
#include "log.h"
#include "password.h"
#include "reply.h"
#include "scope.h"
#include "session.h"
#include "throttle.h"
#include "token.h"
#include "two_factor.h"
#include "utf8.h"

#define ACCESS_SECONDS 86400
#define REFRESH_SECONDS 2419200
#define NAME_MAX_BYTES 400
#define REDIRECT_URI_MAX 500

struct tokens {
	const char *access;
	const char *refresh;
};

static void show_client(struct request *request)
{
	const char *host = request_header(request, "host");
	const char *ours = strstr(request->task->conf->origin, "://") + 3;
	struct rows rows;

	if (!host || strcasecmp(host, ours))
		fail(request->task, 403,
		     "Getting client tokens for host %s is"
		     " forbidden",
		     host ? host : "");
	rows = db(request->task, "api/oauth-client");
	if (!rows.count)
		fail(request->task, 500, "There is no OAuth client.");
	reply_bytes(request, 200, "application/json; charset=utf-8",
		    db_text(rows, 0, 0), db_length(rows, 0, 0));
}

static struct tokens new_tokens(struct task *task)
{
	return (struct tokens){ token_new(task), token_new(task) };
}

/* `scope` is what was agreed on; NULL: all. */
static void reply_tokens(struct request *request, struct tokens tokens,
			 const char *scope)
{
	json_object *answer = json_object_new_object();

	json_object_object_add(answer, "token_type",
			       json_object_new_string("Bearer"));
	json_object_object_add(answer, "access_token",
			       json_object_new_string(tokens.access));
	json_object_object_add(answer, "refresh_token",
			       json_object_new_string(tokens.refresh));
	json_object_object_add(answer, "expires_in",
			       json_object_new_int(ACCESS_SECONDS));
	json_object_object_add(answer, "refresh_token_expires_in",
			       json_object_new_int(REFRESH_SECONDS));
	if (scope)
		json_object_object_add(answer, "scope",
				       json_object_new_string(scope));
	reply_header(request, "Cache-Control", "no-store");
	reply_header(request, "Pragma", "no-cache");
	reply_json(request, 200, answer);
}

static const char *needed(struct request *request, const char *name)
{
	const char *value = request_param(request, name);

	if (!value || !*value)
		fail_code(request->task, 400, "invalid_request",
			  "Missing parameter: `%s`", name);
	return value;
}

/* The id of a registered application, which has no secret; NULL: the client
 * of all others. */
static const char *check_client(struct request *request)
{
	struct task *task = request->task;
	const char *id = request_param(request, "client_id");
	const char *secret = request_param(request, "client_secret");
	bool is_public = !secret || !*secret;

	if (!id || !*id || strlen(id) > 100 ||
	    (secret && strlen(secret) > 100) ||
	    !(is_public ? db(task, "api/oauth-app-check", id) :
			  db(task, "api/oauth-client-check", id, secret))
		     .count)
		fail_code(task, 400, "invalid_client",
			  "Invalid client: client is invalid");
	return is_public ? id : NULL;
}

static _Noreturn void refuse_credentials(struct request *request)
{
	log_info("token refused, from %s", request->address);
	fail_code(request->task, 400, "invalid_grant",
		  "Invalid grant: user credentials are invalid");
}

/* Of a name that no user has; somebody may wait for it. */
static _Noreturn void refuse_stranger(struct request *request, const char *name,
				      const char *password)
{
	struct task *task = request->task;
	struct rows asked = db(task, "user/registration-of-name", name);

	if (!password_verify(task, db_text(asked, 0, 1), password))
		refuse_credentials(request);
	if (db_int(asked, 0, 0) == 1)
		fail_code(task, 400, "account_waiting_for_approval",
			  "This account is awaiting registration approval.");
	fail_code(task, 400, "account_approval_rejected",
		  "Registration approval for this account has been rejected.");
}

/* Whose name and password these are. */
static struct rows find_user(struct request *request, const char *name,
			     const char *password)
{
	struct task *task = request->task;
	struct rows user = db(task, "user/login", name);

	if (!user.count)
		refuse_stranger(request, name, password);
	if (!password_verify(task, db_text(user, 0, 1), password))
		refuse_credentials(request);
	if (db_bool(user, 0, 2))
		fail_code(task, 400, "account_blocked", "User is blocked.");
	if (db_bool(user, 0, 4))
		fail_code(task, 400, "email_not_verified",
			  "User email is not verified.");
	return user;
}

/* PeerTube's way: the code comes in a header of a second try. */
static void check_second_factor(struct request *request, int64_t user)
{
	const char *code = request_header(request, "x-peertube-otp");

	if (!two_factor_is_on(request, user))
		return;
	if (!code || !*code)
		fail_code(request->task, 401, "missing_two_factor",
			  "Missing two factor header");
	if (!two_factor_take(request, user, code))
		fail_code(request->task, 400, "invalid_two_factor",
			  "Invalid two factor header");
}

static void grant_password(struct request *request)
{
	struct task *task = request->task;
	const char *name = utf8_lower(task->arena, needed(request, "username"));
	const char *password = needed(request, "password");
	struct tokens tokens;
	struct rows user;

	if (strlen(password) > PASSWORD_MAX)
		fail_code(task, 400, "too_long_password",
			  "The password has more than %d bytes.", PASSWORD_MAX);
	throttle_sign_in(request, name);
	if (strlen(name) > NAME_MAX_BYTES)
		name = "";
	user = find_user(request, name, password);
	check_second_factor(request, db_int(user, 0, 0));
	throttle_forgive(request, name);
	tokens = new_tokens(task);
	db(task, "api/token-issue", db_text(user, 0, 0),
	   token_hash(task, tokens.access), token_hash(task, tokens.refresh),
	   db_number(task, ACCESS_SECONDS), db_number(task, REFRESH_SECONDS),
	   request->address, session_user_agent(request));
	reply_tokens(request, tokens, NULL);
}

/* A refresh token that was used before ends the session it belongs to. */
static void grant_refresh(struct request *request, const char *client)
{
	struct task *task = request->task;
	const char *old = token_hash(task, needed(request, "refresh_token"));
	struct tokens tokens = new_tokens(task);
	struct rows rows = db(task, "api/token-refresh", old,
			      token_hash(task, tokens.access),
			      token_hash(task, tokens.refresh),
			      db_number(task, ACCESS_SECONDS),
			      db_number(task, REFRESH_SECONDS), client);

	if (!rows.count) {
		if (db(task, "api/token-stolen", old).count)
			log_warning("a spent refresh token was shown, from %s",
				    request->address);
		fail_code(task, 400, "invalid_grant",
			  "Invalid grant: refresh token is invalid");
	}
	reply_tokens(request, tokens, NULL);
}

/* What the verifier proves (RFC 7636, 4.6). */
static const char *challenge_of(struct request *request)
{
	struct task *task = request->task;
	const char *verifier = needed(request, "code_verifier");
	uint8_t digest[SHA256_BYTES];
	char *text = arena_alloc(task->arena, 45);
	size_t len = strlen(verifier);

	if (len < 43 || len > 128)
		fail_code(task, 400, "invalid_request",
			  "A code_verifier has 43 to 128 characters.");
	hash_sha256(digest, verifier, len);
	base64url(text, digest, sizeof(digest));
	return text;
}

static void grant_code(struct request *request, const char *client)
{
	struct task *task = request->task;
	const char *code = needed(request, "code");
	const char *uri = needed(request, "redirect_uri");
	const char *challenge = challenge_of(request);
	struct tokens tokens = new_tokens(task);
	struct rows rows;

	if (!client)
		fail_code(task, 400, "unauthorized_client",
			  "This client asks for the password.");
	if (strlen(uri) > REDIRECT_URI_MAX)
		uri = "-";
	rows = db(task, "api/oauth-code-take", token_hash(task, code), client,
		  uri, challenge, token_hash(task, tokens.access),
		  token_hash(task, tokens.refresh),
		  db_number(task, ACCESS_SECONDS),
		  db_number(task, REFRESH_SECONDS), request->address,
		  session_user_agent(request));
	if (!db_text(rows, 0, 0)) {
		log_info("code refused, from %s", request->address);
		fail_code(task, 400, "invalid_grant",
			  "Invalid grant: authorization code is invalid");
	}
	reply_tokens(request, tokens,
		     scope_text(task, (int)db_int(rows, 0, 0)));
}

static void give_token(struct request *request)
{
	const char *type = request_content_type(request);
	const char *client;
	const char *grant;

	if (strncasecmp(type, "application/x-www-form-urlencoded", 33))
		fail_code(request->task, 400, "invalid_request",
			  "Invalid request: content must be"
			  " application/x-www-form-urlencoded");
	client = check_client(request);
	grant = needed(request, "grant_type");
	if (!strcmp(grant, "password") && !client)
		grant_password(request);
	else if (!strcmp(grant, "refresh_token"))
		grant_refresh(request, client);
	else if (!strcmp(grant, "authorization_code"))
		grant_code(request, client);
	else
		fail_code(request->task, 400, "unsupported_grant_type",
			  "Unsupported grant type: `grant_type` is invalid");
}

static void revoke_token(struct request *request)
{
	json_object *answer = json_object_new_object();

	db(request->task, "api/token-revoke",
	   db_number(request->task, request->viewer.session_id));
	json_object_object_add(answer, "success",
			       json_object_new_boolean(true));
	reply_json(request, 200, answer);
}

#define FIELD(field, most, ...) \
	{ \
		.name = field, .type = PARAM_TEXT, .max = most, \
		.in_body = true, __VA_ARGS__ \
	}

static const struct param grant[] = {
	FIELD("client_id", 100, .required = true),
	FIELD("client_secret", 100),
	{ .name = "grant_type",
	  .type = PARAM_CHOICE,
	  .choices = "password|refresh_token|authorization_code",
	  .required = true,
	  .in_body = true },
	FIELD("username", NAME_MAX_BYTES),
	FIELD("password", PASSWORD_MAX),
	FIELD("refresh_token", 100),
	FIELD("code", 100),
	FIELD("code_verifier", 128),
	FIELD("redirect_uri", REDIRECT_URI_MAX),
	{ 0 },
};

const struct route oauth_routes[] = {
	{ .method = "GET",
	  .pattern = "/api/v1/oauth-clients/local",
	  .kind = ROUTE_HANDLER,
	  .handler = show_client,
	  .summary = "Get the client that applications sign in with.",
	  .answer = "OAuthClient" },
	{ .method = "POST",
	  .pattern = "/api/v1/users/token",
	  .kind = ROUTE_HANDLER,
	  .handler = give_token,
	  .body = BODY_FORM,
	  .summary = "Sign in, or renew a token.",
	  .params = grant,
	  .answer = "OAuthToken" },
	{ .method = "POST",
	  .pattern = "/api/v1/users/revoke-token",
	  .kind = ROUTE_HANDLER,
	  .viewer = VIEWER_USER,
	  .scope = SCOPE_ANY,
	  .handler = revoke_token,
	  .body = BODY_ANY,
	  .summary = "Sign out.",
	  .answer = "RevokedToken" },
	{ 0 },
};
