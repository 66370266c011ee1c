/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "openapi.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "bug.h"

#define PATH_MAX_BYTES 200

/* What is said of one operation, wherever it was declared. */
struct operation {
	const struct route *route;
	const struct query *query; /* NULL of a handler */
	const char *summary;
	const char *answer;
};

static bool is_documented(const struct operation *operation)
{
	static const char *const prefixes[] = { "/api/",      "/feeds/",
						"/static/",   "/lazy-static/",
						"/download/", "/services/" };
	const char *pattern = operation->route->pattern;

	if (operation->route->kind == ROUTE_HANDLER &&
	    (!operation->summary || !*operation->summary))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(prefixes); i++)
		if (!strncmp(pattern, prefixes[i], strlen(prefixes[i])))
			return true;
	return false;
}

static struct operation describe(const struct route *route)
{
	struct operation operation = { .route = route,
				       .summary = route->summary,
				       .answer = route->answer };

	if (route->query_name) {
		operation.query = query_find(route->query_name);
		operation.summary = operation.query->summary;
		operation.answer = operation.query->answer;
	}
	return operation;
}

/* "/videos/:id/token" -> "/videos/{id}/token" */
static void write_path(char path[PATH_MAX_BYTES], const char *pattern)
{
	char *out = path;

	for (bool inside = false;; pattern++) {
		if (out - path > PATH_MAX_BYTES - 3)
			BUG("the pattern is too long: %s", pattern);
		if (inside && (*pattern == '/' || !*pattern)) {
			*out++ = '}';
			inside = false;
		}
		if (*pattern == ':') {
			*out++ = '{';
			inside = true;
			continue;
		}
		*out++ = *pattern;
		if (!*pattern)
			return;
	}
}

/* Does the pattern have a segment ":name"? */
static bool in_path(const char *pattern, const char *name)
{
	size_t len = strlen(name);

	while ((pattern = strchr(pattern, ':'))) {
		pattern++;
		if (!strncmp(pattern, name, len) &&
		    (pattern[len] == '/' || !pattern[len]))
			return true;
	}
	return false;
}

static json_object *parameter(const char *name, const char *where,
			      bool required, json_object *schema)
{
	json_object *object = json_object_new_object();

	openapi_add(object, "name", name);
	openapi_add(object, "in", where);
	if (required)
		json_object_object_add(object, "required",
				       json_object_new_boolean(true));
	json_object_object_add(object, "schema", schema);
	return object;
}

static bool is_from_client(const struct param *param)
{
	return param->type != PARAM_VIEWER && param->type != PARAM_SESSION &&
	       param->type != PARAM_ADDRESS && param->type != PARAM_AGENT &&
	       param->type != PARAM_BODY;
}

static void add_parameter(json_object *list, const struct route *route,
			  const struct param *param)
{
	bool is_path = in_path(route->pattern, param->name);

	if (!is_from_client(param) || param->in_body)
		return;
	if (param->type == PARAM_PASSWORD)
		json_object_array_add(
			list, parameter("x-peertube-video-password", "header",
					false, openapi_param_schema(param)));
	else
		json_object_array_add(
			list, parameter(param->name, is_path ? "path" : "query",
					is_path || param->required,
					openapi_param_schema(param)));
}

static bool is_declared(const struct operation *operation, const char *name)
{
	const struct query *query = operation->query;
	const struct param *param = operation->route->params;

	for (size_t i = 0; query && i < query->nr_params; i++)
		if (!query->params[i].in_body &&
		    operation->route->kind != ROUTE_HANDLER &&
		    !strcmp(query->params[i].name, name))
			return true;
	for (; param && param->name; param++)
		if (!param->in_body && !strcmp(param->name, name))
			return true;
	return false;
}

/* What stands in the path and no declaration speaks of. */
static void add_plain_segments(json_object *list,
			       const struct operation *operation)
{
	const char *at = operation->route->pattern;
	char name[PATH_MAX_BYTES];

	while ((at = strchr(at, ':'))) {
		struct param param = {
			.name = name, .type = PARAM_TEXT, .min = 1, .max = 2000
		};

		at++;
		snprintf(name, sizeof(name), "%.*s", (int)strcspn(at, "/"), at);
		if (!is_declared(operation, name))
			add_parameter(list, operation->route, &param);
	}
}

static json_object *parameters(const struct operation *operation)
{
	const struct query *query = operation->query;
	const struct param *param = operation->route->params;
	json_object *list = json_object_new_array();

	/* A handler gives its query what it has made of the request. */
	for (size_t i = 0; query && i < query->nr_params; i++)
		if (operation->route->kind != ROUTE_HANDLER)
			add_parameter(list, operation->route,
				      &query->params[i]);
	for (size_t i = 0; query && i < query->nr_checks; i++)
		add_parameter(list, operation->route, &query->checks[i]);
	for (; param && param->name; param++)
		add_parameter(list, operation->route, param);
	add_plain_segments(list, operation);
	return list;
}

static json_object *body_schema(const struct operation *operation)
{
	const struct query *query = operation->query;
	const struct param *param = operation->route->params;
	json_object *schema = json_object_new_object();

	openapi_add(schema, "type", "object");
	for (size_t i = 0; query && i < query->nr_params; i++)
		if (query->params[i].in_body)
			openapi_add_member(schema, &query->params[i]);
	for (size_t i = 0; query && i < query->nr_checks; i++)
		if (query->checks[i].in_body)
			openapi_add_member(schema, &query->checks[i]);
	for (; param && param->name; param++)
		if (param->in_body)
			openapi_add_member(schema, param);
	return schema;
}

static void add_content(json_object *content, const char *type,
			json_object *schema)
{
	json_object *media = json_object_new_object();

	json_object_object_add(media, "schema", schema);
	json_object_object_add(content, type, media);
}

static json_object *request_content(const struct operation *operation)
{
	static const char *const types[][4] = {
		[BODY_FORM] = { "application/x-www-form-urlencoded" },
		[BODY_JSON] = { "application/json" },
		[BODY_ANY] = { "application/json",
			       "application/x-www-form-urlencoded",
			       "multipart/form-data" },
		[BODY_FILE] = { "multipart/form-data" },
	};
	json_object *body = json_object_new_object();
	json_object *content = json_object_new_object();

	for (size_t i = 0; types[operation->route->body][i]; i++)
		add_content(content, types[operation->route->body][i],
			    body_schema(operation));
	json_object_object_add(body, "content", content);
	return body;
}

/* Without the ending that says how the text is encoded. */
static void add_answer(json_object *response, const struct operation *operation,
		       bool skips_total)
{
	const char *type = operation->route->type;
	json_object *content = json_object_new_object();
	bool has_schema = operation->answer && *operation->answer;
	char name[PATH_MAX_BYTES];

	if (!type)
		type = "application/json";
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(type, "; "), type);
	add_content(content, name,
		    has_schema ? openapi_answer_schema(operation->answer,
						       skips_total) :
				 json_object_new_object());
	json_object_object_add(response, "content", content);
}

/* A handler's answer "" is none, though its status be another than 204. */
static bool has_document(const struct operation *operation, const char *status)
{
	return strcmp(status, "204") != 0 &&
	       (operation->query || !operation->answer || *operation->answer);
}

static json_object *responses(const struct operation *operation)
{
	const struct route *route = operation->route;
	json_object *all = json_object_new_object();
	json_object *failure = json_object_new_object();
	bool skips_total = is_declared(operation, "skipCount");
	const char *at = route->statuses      ? route->statuses :
			 route->status == 204 ? "204" :
						"200";

	for (bool is_first = true; *at; is_first = false) {
		json_object *response = json_object_new_object();
		char status[] = "200";

		snprintf(status, sizeof(status), "%.3s", at);
		openapi_add(response, "description",
			    is_first && has_document(operation, status) ?
				    "The answer" :
				    "Done");
		if (is_first && has_document(operation, status))
			add_answer(response, operation, skips_total);
		json_object_object_add(all, status, response);
		at += at[3] ? 4 : 3;
	}
	openapi_add(failure, "$ref", "#/components/responses/Problem");
	json_object_object_add(all, "default", failure);
	return all;
}

/* OpenAPI: one of these must hold; {} is nobody. */
static json_object *security(enum viewer_need viewer)
{
	json_object *list = json_object_new_array();

	if (viewer == VIEWER_OPTIONAL)
		json_object_array_add(list, json_object_new_object());
	if (viewer != VIEWER_NONE) {
		json_object *bearer = json_object_new_object();

		json_object_object_add(bearer, "bearer",
				       json_object_new_array());
		json_object_array_add(list, bearer);
	}
	return list;
}

void openapi_id(char id[OPENAPI_ID_MAX], const struct route *route)
{
	const char *pattern = route->pattern;
	int len;

	if (!strncmp(pattern, "/api/v1/", 8))
		pattern += 7;
	len = snprintf(id, OPENAPI_ID_MAX, "%s%s", route->method, pattern);
	if (len >= OPENAPI_ID_MAX)
		BUG("the pattern is too long: %s", pattern);
	for (char *c = id; *c; c++)
		*c = isalnum((unsigned char)*c) ?
			     (char)tolower((unsigned char)*c) :
			     '_';
}

static json_object *document(const struct operation *operation)
{
	static const char *const roles[] = { NULL, "optional", "user",
					     "moderator", "admin" };
	const struct route *route = operation->route;
	json_object *object = json_object_new_object();
	char id[OPENAPI_ID_MAX];

	openapi_id(id, route);
	openapi_add(object, "operationId", id);
	if (*operation->summary)
		openapi_add(object, "summary", operation->summary);
	if (roles[route->viewer])
		openapi_add(object, "x-role", roles[route->viewer]);
	json_object_object_add(object, "security", security(route->viewer));
	json_object_object_add(object, "parameters", parameters(operation));
	if (route->body != BODY_NONE)
		json_object_object_add(object, "requestBody",
				       request_content(operation));
	json_object_object_add(object, "responses", responses(operation));
	return object;
}

static void add_operation(json_object *paths, const struct operation *operation)
{
	char path[PATH_MAX_BYTES];
	char method[] = "DELETE";
	json_object *at;

	write_path(path, operation->route->pattern);
	snprintf(method, sizeof(method), "%s", operation->route->method);
	for (char *c = method; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	if (!json_object_object_get_ex(paths, path, &at)) {
		at = json_object_new_object();
		json_object_object_add(paths, path, at);
	}
	json_object_object_add(at, method, document(operation));
}

void openapi_print(const struct route_table *table)
{
	json_object *paths = json_object_new_object();

	for (size_t i = 0; i < table->nr; i++) {
		struct operation operation = describe(table->routes[i]);

		if (is_documented(&operation))
			add_operation(paths, &operation);
	}
	puts(json_object_to_json_string_ext(
		paths,
		JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(paths);
}
