/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * /oauth/authorize: a user lets an application in (RFC 6749, 4.1) with PKCE
 * (RFC 7636; S256 alone). Nobody is sent to an address that the application
 * did not register, and none without pressing a button: the answer is a page
 * that goes there, since our Content-Security-Policy lets no form be answered
 * by another site.
 */
#include <string.h>

#include "buf.h"
#include "conf.h"
#include "db.h"
#include "handlers.h"
#include "reply.h"
#include "scope.h"
#include "token.h"

#define ID_MAX 100
#define URI_MAX 500
#define STATE_MAX 500
#define SCOPE_MAX 200
#define URL_MAX ((size_t)8192)

/* The account itself, and the instance, are not for applications. */
#define FOR_APPLICATIONS \
	(SCOPE_READ | SCOPE_WRITE | SCOPE_UPLOAD | SCOPE_MODERATE)

struct asked {
	const char *client;
	const char *uri;
	const char *state; /* or NULL */
	const char *challenge;
	int scopes;
	const char *app_id;
	const char *app_name;
};

/* Who asks, and where the answer goes. */
static void read_client(struct request *request, struct asked *asked)
{
	struct task *task = request->task;
	struct rows rows;

	asked->client = request_text(request, "client_id", 1, ID_MAX);
	asked->uri = request_text(request, "redirect_uri", 1, URI_MAX);
	asked->state = request_text(request, "state", 0, STATE_MAX);
	rows = db(task, "user/oauth-app", asked->client, asked->uri);
	if (!rows.count)
		fail(task, 400, "This application is not registered here.");
	if (!db_bool(rows, 0, 2))
		fail(task, 400,
		     "The application asks for an answer at an address that it"
		     " did not register.");
	asked->app_id = db_text(rows, 0, 0);
	asked->app_name = db_text(rows, 0, 1);
}

static bool is_challenge(const char *text)
{
	return strlen(text) == 43 &&
	       strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "abcdefghijklmnopqrstuvwxyz0123456789-_") == 43;
}

/* What it asks for; the error's name, or NULL. */
static const char *read_wish(struct request *request, struct asked *asked)
{
	const char *type = request_param(request, "response_type");
	const char *method = request_param(request, "code_challenge_method");
	const char *scope = request_text(request, "scope", 0, SCOPE_MAX);

	asked->challenge = request_param(request, "code_challenge");
	asked->scopes = scope && *scope ? scope_parse(scope) : SCOPE_READ;
	if (!type || strcmp(type, "code") != 0)
		return "unsupported_response_type";
	if (!method || strcmp(method, "S256") != 0 || !asked->challenge ||
	    !is_challenge(asked->challenge))
		return "invalid_request";
	if (asked->scopes <= 0 || asked->scopes & ~FOR_APPLICATIONS)
		return "invalid_scope";
	return NULL;
}

static void add(json_object *object, const char *name, const char *text)
{
	json_object_object_add(object, name, json_object_new_string(text));
}

static void add_param(struct buf *url, const char *name, const char *value)
{
	buf_printf(url, "&%s=", name);
	buf_url(url, value, strlen(value));
}

/* "https://host" or "scheme:" of a redirect URI. */
static const char *place_of(struct request *request, const char *uri)
{
	const char *rest = strstr(uri, "://");
	size_t len = rest ? (size_t)(rest - uri) + 3 + strcspn(rest + 3, "/?") :
			    strcspn(uri, ":") + 1;

	return arena_strndup(request->task->arena, uri, len);
}

/* The page that goes back: `name` is "code" or "error". By itself only after
 * the user has chosen. */
static void send_back(struct request *request, const struct asked *asked,
		      const char *name, const char *value, bool goes)
{
	struct buf url = buf_make(request->task->arena, URL_MAX);
	json_object *document = json_object_new_object();

	buf_printf(&url, "%s%c%s=", asked->uri,
		   strchr(asked->uri, '?') ? '&' : '?', name);
	buf_url(&url, value, strlen(value));
	if (asked->state)
		add_param(&url, "state", asked->state);
	add_param(&url, "iss", request->task->conf->origin);
	add(document, "url", url.data);
	add(document, "place", place_of(request, asked->uri));
	add(document, "name", asked->app_name);
	if (!strcmp(name, "error"))
		add(document, "error", value);
	json_object_object_add(document, "goes", json_object_new_boolean(goes));
	reply_header(request, "Cache-Control", "no-store");
	reply_page(request, goes ? 200 : 400, "page/oauth-back", document);
}

static json_object *consent(struct request *request, const struct asked *asked)
{
	json_object *document = json_object_new_object();
	json_object *scopes = json_object_new_object();

	add(document, "name", asked->app_name);
	add(document, "place", place_of(request, asked->uri));
	add(document, "clientId", asked->client);
	add(document, "redirectUri", asked->uri);
	if (asked->state)
		add(document, "state", asked->state);
	add(document, "challenge", asked->challenge);
	add(document, "scope", scope_text(request->task, asked->scopes));
	for (int i = 0; scope_name(i); i++)
		json_object_object_add(
			scopes, scope_name(i),
			json_object_new_boolean(asked->scopes >> i & 1));
	json_object_object_add(document, "scopes", scopes);
	return document;
}

static void ask(struct request *request)
{
	struct asked asked = { 0 };
	const char *error;

	read_client(request, &asked);
	error = read_wish(request, &asked);
	if (error) {
		send_back(request, &asked, "error", error, false);
		return;
	}
	reply_header(request, "Cache-Control", "no-store");
	reply_page(request, 200, "page/oauth-authorize",
		   consent(request, &asked));
}

static void decide(struct request *request)
{
	struct task *task = request->task;
	const char *decision = request_text(request, "decision", 1, 10);
	struct asked asked = { 0 };
	const char *error;
	const char *code;

	read_client(request, &asked);
	error = read_wish(request, &asked);
	if (!error && strcmp(decision, "allow") != 0)
		error = "access_denied";
	if (error) {
		send_back(request, &asked, "error", error, true);
		return;
	}
	code = token_new(task);
	db(task, "user/oauth-code-add", token_hash(task, code), asked.app_id,
	   db_number(task, request->viewer.id), asked.uri, asked.challenge,
	   db_number(task, asked.scopes));
	send_back(request, &asked, "code", code, true);
}

const struct route authorize_routes[] = {
	{ .method = "GET",
	  .pattern = "/oauth/authorize",
	  .kind = ROUTE_HANDLER,
	  .viewer = VIEWER_USER,
	  .handler = ask },
	{ .method = "POST",
	  .pattern = "/oauth/authorize",
	  .kind = ROUTE_HANDLER,
	  .viewer = VIEWER_USER,
	  .handler = decide,
	  .body = BODY_FORM,
	  .csrf = true },
	{ 0 },
};
