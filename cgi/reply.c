/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "reply.h"

#include <stdio.h>
#include <string.h>

#include "bug.h"
#include "conf.h"
#include "json.h"
#include "openapi.h"
#include "page_frame.h"
#include "request_private.h"
#include "serve.h"
#include "templates.h"
#include "utf8.h"

#define MAX_HEADERS ((size_t)16 * 1024)
#define MAX_PAGE ((size_t)4 * 1024 * 1024)
#define HTML "text/html; charset=utf-8"

static void check_header(const char *value)
{
	for (const char *c = value; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			BUG("control character in a header value");
}

void reply_header(struct request *request, const char *name, const char *value)
{
	check_header(value);
	buf_printf(&request->reply->headers, "%s: %s\r\n", name, value);
}

void reply_cookie(struct request *request, const char *name, const char *value,
		  long max_age)
{
	bool secure = !strncmp(request->task->conf->origin, "https:", 6);
	struct buf *headers = &request->reply->headers;

	check_header(value);
	buf_printf(headers, "Set-Cookie: %s=%s; Path=/; HttpOnly; SameSite=Lax",
		   name, value);
	if (max_age >= 0)
		buf_printf(headers, "; Max-Age=%ld", max_age);
	buf_str(headers, secure ? "; Secure\r\n" : "\r\n");
	request->reply->sets_cookie = true;
}

void reply_bytes(struct request *request, int status, const char *type,
		 const char *bytes, size_t len)
{
	struct reply *reply = request->reply;

	if (reply->is_given)
		BUG("a second reply on %s", request->path);
	reply->is_given = true;
	reply->status = status;
	reply->type = type;
	reply->bytes = bytes;
	reply->len = len;
}

void reply_json(struct request *request, int status, json_object *document)
{
	size_t len;
	const char *text = json_object_to_json_string_length(
		document,
		JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &len);
	char *copy = arena_strndup(request->task->arena, text, len);

	json_object_put(document);
	reply_bytes(request, status, "application/json; charset=utf-8", copy,
		    len);
}

void reply_empty(struct request *request, int status)
{
	reply_bytes(request, status, NULL, "", 0);
}

void reply_redirect(struct request *request, const char *path)
{
	if (path[0] != '/' || path[1] == '/' || path[1] == '\\')
		BUG("redirect to %s", path);
	reply_header(request, "Location", path);
	reply_empty(request, 303);
}

void reply_accel(struct request *request, const char *path, const char *type)
{
	reply_header(request, "X-Accel-Redirect", path);
	reply_bytes(request, 200, type, "", 0);
}

void reply_page(struct request *request, int status, const char *name,
		json_object *document)
{
	struct task *task = request->task;
	struct buf out = buf_make(task->arena, MAX_PAGE);
	json_object *contexts[2] = { page_frame(request), document };

	if (document)
		json_keep(task, document);
	templates_render(task, &out, name, contexts, document ? 2 : 1);
	reply_bytes(request, status,
		    request->route && request->route->kind == ROUTE_PAGE &&
				    request->route->type ?
			    request->route->type :
			    HTML,
		    out.data, out.len);
}

void reply_type(struct request *request, const char *type)
{
	request->reply->type = type;
}

static const char *status_title(int status)
{
	static const struct {
		int status;
		const char *title;
	} titles[] = {
		{ 200, "OK" },
		{ 201, "Created" },
		{ 202, "Accepted" },
		{ 204, "No Content" },
		{ 301, "Moved Permanently" },
		{ 302, "Found" },
		{ 303, "See Other" },
		{ 304, "Not Modified" },
		{ 308, "Resume Incomplete" },
		{ 400, "Bad Request" },
		{ 401, "Unauthorized" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 408, "Request Timeout" },
		{ 409, "Conflict" },
		{ 410, "Gone" },
		{ 411, "Length Required" },
		{ 413, "Payload Too Large" },
		{ 415, "Unsupported Media Type" },
		{ 422, "Unprocessable Entity" },
		{ 423, "Locked" },
		{ 429, "Too Many Requests" },
		{ 460, "Checksum Mismatch" },
		{ 500, "Internal Server Error" },
		{ 501, "Not Implemented" },
		{ 503, "Service Unavailable" },
		{ 507, "Insufficient Storage" },
	};

	for (size_t i = 0; i < ARRAY_LEN(titles); i++)
		if (titles[i].status == status)
			return titles[i].title;
	return "Error";
}

static void add_text(json_object *object, const char *key, const char *text)
{
	json_object_object_add(object, key, json_object_new_string(text));
}

/* Passwords and tokens are not said back. */
static bool is_secret(const char *name)
{
	return strcasestr(name, "password") || strcasestr(name, "secret") ||
	       strcasestr(name, "token");
}

static json_object *invalid_params(struct request *request,
				   const struct task *task)
{
	json_object *field = json_object_new_object();
	json_object *all = json_object_new_object();
	const char *value = request_given(request, task->field);

	add_text(field, "type", "field");
	if (value && !is_secret(task->field))
		add_text(field, "value", value);
	add_text(field, "msg", task->message);
	add_text(field, "path", task->field);
	add_text(field, "param", task->field);
	add_text(field, "location", request_location(request, task->field));
	json_object_object_add(all, task->field, field);
	return all;
}

/* Where the operation is documented: by its operationId. */
static const char *docs_url(struct request *request)
{
	char id[OPENAPI_ID_MAX];

	openapi_id(id, request->route);
	return arena_printf(request->task->arena, "%s/api/v1/openapi.json#%s",
			    request->task->conf->origin, id);
}

/* RFC 7807 with PeerTube's additions (reference: API, 2.5). */
static void reply_problem(struct request *request)
{
	const struct task *task = &request->private->failed;
	json_object *problem = json_object_new_object();
	const char *detail =
		task->field ? arena_printf(task->arena,
					   "Incorrect request parameters: %s",
					   task->field) :
			      task->message;

	add_text(problem, "type",
		 task->code ?
			 arena_printf(
				 task->arena,
				 "https://docs.joinpeertube.org/"
				 "api-rest-reference.html#section/Errors/%s",
				 task->code) :
			 "about:blank");
	add_text(problem, "title", status_title(task->status));
	json_object_object_add(problem, "status",
			       json_object_new_int(task->status));
	add_text(problem, "detail", detail);
	add_text(problem, "error", detail);
	if (utf8_is_text(request->path, strlen(request->path)))
		add_text(problem, "instance", request->path);
	if (request->route)
		add_text(problem, "docs", docs_url(request));
	if (task->code)
		add_text(problem, "code", task->code);
	if (task->field)
		json_object_object_add(problem, "invalid-params",
				       invalid_params(request, task));
	reply_json(request, task->status, problem);
	request->reply->type = "application/problem+json; charset=utf-8";
}

/* What a program of ActivityPub wants to hear of what is no more. */
static void reply_tombstone(struct request *request)
{
	const struct task *task = &request->private->failed;
	json_object *tombstone = json_object_new_object();

	add_text(tombstone, "@context",
		 "https://www.w3.org/ns/activitystreams");
	add_text(tombstone, "id",
		 arena_printf(task->arena, "%s%s", request->task->conf->origin,
			      request->path));
	add_text(tombstone, "type", "Tombstone");
	reply_json(request, task->status, tombstone);
	request->reply->type = "application/activity+json; charset=utf-8";
}

static void reply_login(struct request *request)
{
	struct buf path = buf_make(request->task->arena, 8192);

	buf_str(&path, "/login?next=");
	buf_url(&path, request->path, strlen(request->path));
	if (*request->query_string) {
		buf_str(&path, "%3F");
		buf_url(&path, request->query_string,
			strlen(request->query_string));
	}
	reply_redirect(request, path.data);
}

/* The handle that a page of somebody elsewhere would have; NULL: it is none. */
static const char *handle_of_path(const char *path)
{
	const char *name = path + 3;

	if (strncmp(path, "/a/", 3) != 0 && strncmp(path, "/c/", 3) != 0)
		return NULL;
	return strchr(name, '@') && !strchr(name, '/') ? name : NULL;
}

static void reply_error_page(struct request *request)
{
	const char *handle = handle_of_path(request->path);
	const struct task *task = &request->private->failed;
	json_object *document = json_object_new_object();

	json_object_object_add(document, "status",
			       json_object_new_int(task->status));
	add_text(document, "title", status_title(task->status));
	add_text(document, "message", task->message);
	json_object_object_add(document, "isNotFound",
			       json_object_new_boolean(task->status == 404));
	if (task->status == 404 && handle)
		add_text(document, "handle", handle);
	reply_page(request, task->status, "page/error", document);
	request->reply->type = HTML;
}

/* What PeerTube's API has no route for is 400 and no more. */
static bool is_unknown_call(const struct request *request)
{
	return !request->route && request->program->face == FACE_API &&
	       !strncmp(request->path, "/api/", 5);
}

/* cardume-upload has both faces. */
static bool wants_problem(const struct request *request)
{
	return request->program->face == FACE_API ||
	       !strncmp(request->path, "/api/", 5);
}

/* How to do better (RFC 6750, 3; PeerTube's own for one-time codes). */
static void add_challenge(struct request *request)
{
	const struct task *task = &request->private->failed;
	const char *code = task->code ? task->code : "";

	if (!strcmp(code, "missing_two_factor"))
		reply_header(request, "x-peertube-otp", "required; app");
	else if (!strcmp(code, "invalid_token") ||
		 !strcmp(code, "insufficient_scope"))
		reply_header(
			request, "WWW-Authenticate",
			arena_printf(task->arena, "Bearer error=\"%s\"", code));
	else if (task->status == 401)
		reply_header(request, "WWW-Authenticate", "Bearer");
}

void reply_failure(struct request *request)
{
	const struct task *task = &request->private->failed;
	bool is_get = !strcmp(request->method, "GET");

	memset(request->reply, 0, sizeof(*request->reply));
	request->reply->headers = buf_make(task->arena, MAX_HEADERS);
	if (task->retry_after)
		reply_header(
			request, "Retry-After",
			arena_printf(task->arena, "%d", task->retry_after));
	if (is_unknown_call(request))
		reply_empty(request, 400);
	else if (task->status == 410 && !strcmp(request->program->name, "ap"))
		reply_tombstone(request);
	else if (wants_problem(request)) {
		add_challenge(request);
		reply_problem(request);
	} else if (task->status == 401 && is_get)
		reply_login(request);
	else
		reply_error_page(request);
}

/* Nothing that could make the answer another one than a stranger's. */
static bool is_stranger(struct request *request)
{
	return !request->viewer.id &&
	       !request_variable(request, "HTTP_COOKIE") &&
	       !request_variable(request, "HTTP_AUTHORIZATION") &&
	       !request_variable(request, "HTTP_X_PEERTUBE_VIDEO_PASSWORD");
}

/*
 * Strangers' answers of routes that allow it are kept by nginx for some
 * seconds; browsers always ask again, so that signing in shows at once. A
 * refusal is kept likewise: it must take the place of an older answer, which
 * nginx would go on serving as stale.
 */
static void cache_headers(struct request *request, struct buf *head)
{
	const struct reply *reply = request->reply;
	const struct route *route = request->route;
	bool is_public = route && route->cache > 0 && reply->status < 500 &&
			 !reply->sets_cookie && is_stranger(request);

	if (strstr(reply->headers.data, "Cache-Control:"))
		return;
	if (!is_public) {
		buf_str(head, "Cache-Control: private, no-cache\r\n");
		return;
	}
	buf_printf(head, "X-Accel-Expires: %d\r\n", route->cache);
	buf_str(head, "Cache-Control: no-cache\r\n");
}

void reply_send(struct request *request)
{
	struct reply *reply = request->reply;
	FCGX_Stream *out = request->private->fcgi->out;
	struct buf head = buf_make(request->task->arena, 2 * MAX_HEADERS);
	bool has_body = strcmp(request->method, "HEAD") != 0;

	buf_printf(&head, "Status: %d %s\r\n", reply->status,
		   status_title(reply->status));
	if (reply->type)
		buf_printf(&head, "Content-Type: %s\r\n", reply->type);
	if (has_body)
		buf_printf(&head, "Content-Length: %zu\r\n", reply->len);
	cache_headers(request, &head);
	buf_add(&head, reply->headers.data, reply->headers.len);
	buf_str(&head, "\r\n");
	FCGX_PutStr(head.data, (int)head.len, out);
	if (has_body && reply->len)
		FCGX_PutStr(reply->bytes, (int)reply->len, out);
}
