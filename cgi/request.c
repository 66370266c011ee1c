/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "request.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "bug.h"
#include "file.h"
#include "json.h"
#include "request_private.h"
#include "url.h"
#include "utf8.h"

#define DEFAULT_MAX_BODY ((size_t)64 * 1024)

const char *request_variable(struct request *request, const char *name)
{
	const char *value = FCGX_GetParam(name, request->private->fcgi->envp);

	return value && *value ? value : NULL;
}

const char *request_content_type(struct request *request)
{
	const char *type = request_variable(request, "CONTENT_TYPE");

	return type ? type : "";
}

/* nginx hands a doubled header on twice; libfcgi shows only the first. */
static size_t count_variable(struct request *request, const char *name)
{
	size_t len = strlen(name);
	size_t count = 0;

	for (char **entry = request->private->fcgi->envp; *entry; entry++)
		count += !strncmp(*entry, name, len) && (*entry)[len] == '=';
	return count;
}

const char *request_header(struct request *request, const char *name)
{
	char variable[80] = "HTTP_";
	size_t len = strlen(name);

	if (len >= sizeof(variable) - 5)
		BUG("header name too long: %s", name);
	for (size_t i = 0; i <= len; i++)
		variable[5 + i] = name[i] == '-' ?
					  '_' :
					  (char)toupper((unsigned char)name[i]);
	if (count_variable(request, variable) > 1)
		fail(request->task, 400, "The header %s was sent twice.", name);
	return request_variable(request, variable);
}

const char *request_cookie(struct request *request, const char *name)
{
	const char *cookies = request_variable(request, "HTTP_COOKIE");
	size_t len = strlen(name);

	while (cookies && *cookies) {
		cookies += strspn(cookies, "; ");
		if (!strncmp(cookies, name, len) && cookies[len] == '=') {
			cookies += len + 1;
			return arena_strndup(request->task->arena, cookies,
					     strcspn(cookies, "; "));
		}
		cookies += strcspn(cookies, ";");
	}
	return NULL;
}

static void add_pair(struct request *request, struct pairs *pairs,
		     const char *name, const char *value)
{
	if (pairs->nr == PARAMS_MAX)
		fail(request->task, 400, "More than %d parameters.",
		     PARAMS_MAX);
	if (!pairs->list)
		pairs->list = arena_array(request->task->arena, PARAMS_MAX,
					  sizeof(*pairs->list));
	pairs->list[pairs->nr++] = (struct pair){ name, value };
}

static const char *find(const struct pairs *pairs, const char *name)
{
	for (size_t i = 0; i < pairs->nr; i++)
		if (!strcmp(pairs->list[i].name, name))
			return pairs->list[i].value;
	return NULL;
}

static void read_urlencoded(struct request *request, struct pairs *pairs,
			    const char *text, size_t len)
{
	struct url_form form = url_form(request->task->arena, text, len);
	const char *name, *value;

	while (url_form_next(&form, &name, &value))
		add_pair(request, pairs, name, value);
	if (form.is_bad)
		fail(request->task, 400,
		     "The address or form is not valid UTF-8 text.");
}

static void read_path(struct request *request)
{
	struct request_private *private = request->private;
	struct arena *arena = request->task->arena;

	private->path.is_read = true;
	for (size_t i = 0; i < private->match.nr_params; i++) {
		struct route_param *param = &private->match.params[i];

		/* DOCUMENT_URI comes decoded: here only UTF-8 is checked. */
		if (!utf8_is_text(param->value, param->value_len))
			fail(request->task, 400,
			     "The address is not valid UTF-8 text.");
		add_pair(request, &private->path,
			 arena_strndup(arena, param->name, param->name_len),
			 arena_strndup(arena, param->value, param->value_len));
	}
}

/* Applications of before PeerTube 4 ask for videos of ours by `filter`; who
 * may see all then wants what is not published too. */
static void read_filter(struct request *request, struct pairs *pairs)
{
	const char *filter = find(pairs, "filter");

	if (!filter || strncmp(request->path, "/api/", 5))
		return;
	if ((!strcmp(filter, "local") || !strcmp(filter, "all-local")) &&
	    !find(pairs, "isLocal"))
		add_pair(request, pairs, "isLocal", "true");
	if (!strncmp(filter, "all", 3) && !find(pairs, "include"))
		add_pair(request, pairs, "include", "1");
}

static void read_query(struct request *request)
{
	struct pairs *pairs = &request->private->query;

	pairs->is_read = true;
	read_urlencoded(request, pairs, request->query_string,
			strlen(request->query_string));
	read_filter(request, pairs);
}

static size_t max_body(const struct request *request)
{
	return request->route->max_body ? request->route->max_body :
					  DEFAULT_MAX_BODY;
}

/* A short body that nginx wrote to a file, as it does where others are long. */
static void read_file(struct request *request, const char *path)
{
	struct request_private *private = request->private;
	int64_t size = file_size(path);

	if (size > (int64_t)max_body(request))
		fail(request->task, 413, "The form is too large.");
	private->body = file_read(request->task, path, max_body(request));
	if (!private->body)
		fail(request->task, 500, "The form could not be read.");
	private->body_len = (size_t)size;
}

void request_read_body(struct request *request)
{
	struct request_private *private = request->private;
	struct buf buf = buf_make(request->task->arena, max_body(request));
	const char *file;
	char chunk[8192];
	int got;

	if (private->body_is_read)
		return;
	private->body_is_read = true;
	file = request_variable(request, "BODY_FILE");
	if (file) {
		read_file(request, file);
		return;
	}
	while ((got = FCGX_GetStr(chunk, sizeof(chunk), private->fcgi->in)) >
	       0) {
		if (buf.len + (size_t)got > buf.max)
			fail(request->task, 413, "The form is too large.");
		buf_add(&buf, chunk, (size_t)got);
	}
	private->body = buf.data;
	private->body_len = buf.len;
}

bool request_has_type(struct request *request, const char *type)
{
	const char *given = request_content_type(request);
	size_t len = strcspn(given, "; ");

	return len == strlen(type) && !strncasecmp(given, type, len);
}

static void read_form(struct request *request)
{
	struct request_private *private = request->private;

	private->form.is_read = true;
	if (request->route->body != BODY_FORM &&
	    request->route->body != BODY_ANY)
		return;
	if (!request_has_type(request, "application/x-www-form-urlencoded"))
		return;
	request_read_body(request);
	read_urlencoded(request, &private->form, private->body,
			private->body_len);
}

static void read_params(struct request *request)
{
	if (!request->private->path.is_read)
		read_path(request);
	if (!request->private->query.is_read)
		read_query(request);
	if (!request->private->form.is_read)
		read_form(request);
}

const char *request_param(struct request *request, const char *name)
{
	struct request_private *private = request->private;
	const char *value;

	read_params(request);
	value = find(&private->path, name);
	if (!value)
		value = find(&private->query, name);
	if (!value)
		value = find(&private->form, name);
	return value;
}

const char *request_location(struct request *request, const char *name)
{
	struct request_private *private = request->private;

	if (find(&private->path, name))
		return "params";
	if (find(&private->query, name) || !strcmp(request->method, "GET"))
		return "query";
	return "body";
}

const char *request_given(struct request *request, const char *name)
{
	struct request_private *private = request->private;
	const char *value = find(&private->path, name);

	if (!value)
		value = find(&private->query, name);
	if (!value)
		value = find(&private->form, name);
	if (!value && private->object)
		value = json_text(private->object, name);
	return value;
}

bool request_names_list(const char *given, const char *name)
{
	size_t len = strlen(name);

	if (strncmp(given, name, len))
		return false;
	given += len;
	if (!*given)
		return true;
	if (*given++ != '[')
		return false;
	given += strspn(given, "0123456789");
	return !strcmp(given, "]");
}

static size_t collect(const struct pairs *pairs, const char *name,
		      const char *values[], size_t nr, size_t max)
{
	for (size_t i = 0; i < pairs->nr && nr < max; i++)
		if (request_names_list(pairs->list[i].name, name))
			values[nr++] = pairs->list[i].value;
	return nr;
}

size_t request_params(struct request *request, const char *name,
		      const char *values[], size_t max)
{
	size_t nr;

	read_params(request);
	nr = collect(&request->private->query, name, values, 0, max);
	return collect(&request->private->form, name, values, nr, max);
}

int64_t request_parse_int(struct request *request, const char *name,
			  const char *text, int64_t min, int64_t max)
{
	char *end;
	int64_t number;

	errno = 0;
	number = strtoll(text, &end, 10);
	if (errno || end == text || *end || isspace((unsigned char)*text) ||
	    number < min || number > max)
		fail_field(request->task, name,
			   "%s should be a whole number from %lld to %lld",
			   name, (long long)min, (long long)max);
	return number;
}

int64_t request_int(struct request *request, const char *name, int64_t min,
		    int64_t max, int64_t fallback)
{
	const char *text = request_param(request, name);

	return text ? request_parse_int(request, name, text, min, max) :
		      fallback;
}

bool request_parse_bool(struct request *request, const char *name,
			const char *text)
{
	if (!strcmp(text, "true") || !strcmp(text, "1") || !strcmp(text, "on"))
		return true;
	if (!strcmp(text, "false") || !strcmp(text, "0") || !*text)
		return false;
	fail_field(request->task, name, "%s should be true or false", name);
}

bool request_bool(struct request *request, const char *name, bool fallback)
{
	const char *text = request_param(request, name);

	return text ? request_parse_bool(request, name, text) : fallback;
}

const char *request_text(struct request *request, const char *name, size_t min,
			 size_t max)
{
	const char *text = request_param(request, name);
	size_t len = text ? strlen(text) : 0;

	if (text && !len && !min)
		return NULL;
	if (len < min || len > max)
		fail_field(request->task, name,
			   "%s should have %zu to %zu bytes", name, min, max);
	return text;
}

json_object *request_json(struct request *request)
{
	struct request_private *private = request->private;

	if (private->json)
		return private->json;
	if (request->route->body != BODY_JSON &&
	    request->route->body != BODY_ANY)
		BUG("route %s takes no JSON", request->route->pattern);
	request_read_body(request);
	private->json =
		json_parse(request->task, private->body, private->body_len);
	return private->json;
}

const char *request_body_file(struct request *request, int64_t *length)
{
	const char *file = request_variable(request, "BODY_FILE");
	const char *text = request_variable(request, "BODY_LENGTH");

	if (!file || !text)
		fail(request->task, 400, "The form came without a body.");
	*length = request_parse_int(request, "Content-Length", text, 0,
				    INT64_MAX);
	return file;
}
