/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Parameters as their declaration in a query's header says (query.h). */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "bug.h"
#include "conf.h"
#include "date.h"
#include "db.h"
#include "request.h"
#include "request_private.h"
#include "serve.h"
#include "session.h"
#include "shortid.h"
#include "throttle.h"
#include "utf8.h"

#define LIST_MAX 500
#define HANDLE_MAX 400 /* bytes of name@host */

/* A page's path that names nothing is not there; the API says what is bad. */
static _Noreturn void fail_path(struct request *request, const char *name,
				const char *what)
{
	if (request->program->face == FACE_HTML &&
	    strncmp(request->path, "/api/", 5))
		fail(request->task, 404, "There is nothing at this address.");
	fail_field(request->task, name, "Should have a valid %s", what);
}

static _Noreturn void fail_kind(struct request *request,
				const struct param *param)
{
	fail_field(request->task, param->name, "%s should be one value",
		   param->name);
}

/* A member of a body as a parameter's text; NULL where it is absent. */
static const char *member_text(struct request *request,
			       const struct param *param, json_object *value)
{
	switch (json_object_get_type(value)) {
	case json_type_null: return NULL;
	case json_type_object:
	case json_type_array: fail_kind(request, param);
	default: return json_object_get_string(value);
	}
}

static const char *given_text(struct request *request,
			      const struct param *param)
{
	if (!param->in_body)
		return request_param(request, param->name);
	return member_text(request, param,
			   request_member(request, param->name));
}

static const char *declared_int(struct request *request,
				const struct param *param, const char *value)
{
	return db_number(request->task,
			 request_parse_int(request, param->name, value,
					   param->min, param->max));
}

static const char *declared_text(struct request *request,
				 const struct param *param, const char *value)
{
	bool in_chars = param->type == PARAM_CHARS;
	size_t len = strlen(value);

	if (in_chars)
		len = utf8_count(value, len);
	if (!len && !param->min)
		return NULL;
	if (len < (size_t)param->min || len > (size_t)param->max)
		fail_field(request->task, param->name,
			   "%s should have %lld to %lld %s", param->name,
			   (long long)param->min, (long long)param->max,
			   in_chars ? "characters" : "bytes");
	return value;
}

static const char *declared_choice(struct request *request,
				   const struct param *param, const char *value)
{
	size_t len = strlen(value);
	const char *choice = param->choices;

	while (choice) {
		size_t size = strcspn(choice, "|");

		if (size == len && !memcmp(choice, value, len))
			return value;
		choice = choice[size] ? choice + size + 1 : NULL;
	}
	fail_field(request->task, param->name, "%s should be one of %s",
		   param->name, param->choices);
}

/* A single value counts as a list of one. */
static size_t members(struct request *request, const struct param *param,
		      const char *values[], size_t max)
{
	json_object *list = request_member(request, param->name);
	size_t nr = 0;

	if (!json_object_is_type(list, json_type_array)) {
		values[0] = member_text(request, param, list);
		return values[0] != NULL;
	}
	for (; nr < json_object_array_length(list) && nr < max; nr++) {
		values[nr] = member_text(request, param,
					 json_object_array_get_idx(list, nr));
		if (!values[nr])
			fail_kind(request, param);
	}
	return nr;
}

static const char *declared_list(struct request *request,
				 const struct param *param)
{
	const char *values[LIST_MAX + 1];
	size_t given = param->in_body ?
			       members(request, param, values, LIST_MAX + 1) :
			       request_params(request, param->name, values,
					      LIST_MAX + 1);
	size_t nr = 0;

	/* A form's "any" choice comes as an empty value. */
	for (size_t i = 0; i < given; i++)
		if (*values[i])
			values[nr++] = values[i];
	if ((!nr && param->required) || (nr && nr < (size_t)param->min) ||
	    nr > (size_t)param->max)
		fail_field(request->task, param->name,
			   "%s should have %lld to %lld values", param->name,
			   (long long)param->min, (long long)param->max);
	for (size_t i = 0; param->type == PARAM_INTS && i < nr; i++)
		request_parse_int(request, param->name, values[i], INT32_MIN,
				  INT32_MAX);
	if (nr || (param->in_body && request_member(request, param->name)))
		return db_array(request->task, values, nr);
	return param->fallback;
}

static const char *uuid_text(struct request *request,
			     const uint8_t uuid[UUID_BYTES])
{
	char *text = arena_alloc(request->task->arena, UUID_SIZE);

	uuid_format(text, uuid);
	return text;
}

static const char *declared_video(struct request *request,
				  const struct param *param, const char *value)
{
	uint8_t uuid[UUID_BYTES];

	if (strlen(value) <= 18 &&
	    strspn(value, "0123456789") == strlen(value) && *value)
		return db_number(request->task, strtoll(value, NULL, 10));
	if (!uuid_parse(uuid, value) && !shortid_decode(uuid, value))
		fail_path(request, param->name, "video id");
	return uuid_text(request, uuid);
}

static const char *declared_uuid(struct request *request,
				 const struct param *param, const char *value)
{
	uint8_t uuid[UUID_BYTES];

	if (!uuid_parse(uuid, value))
		fail_path(request, param->name, "UUID");
	return uuid_text(request, uuid);
}

static const char *declared_date(struct request *request,
				 const struct param *param, const char *value)
{
	time_t when;

	if (!date_parse(value, strlen(value), &when))
		fail_field(request->task, param->name,
			   "%s should be a date (ISO 8601)", param->name);
	return value;
}

/* Ours without their host, whichever case. */
static const char *declared_handle(struct request *request,
				   const struct param *param, const char *value)
{
	const char *host = strstr(request->task->conf->origin, "://") + 3;
	struct arena *arena = request->task->arena;
	const char *at;
	size_t len;

	value += *value == '@';
	at = strchr(value, '@');
	len = at ? (size_t)(at - value) : strlen(value);
	if (!len || len > (at ? 128 : 50) || strlen(value) > HANDLE_MAX)
		fail_path(request, param->name, "name");
	if (at && !strcasecmp(at + 1, host))
		value = arena_strndup(arena, value, len);
	return utf8_lower(arena, value);
}

/* What does not come from parameters; false: this one does. */
static bool from_elsewhere(struct request *request, const struct param *param,
			   const char **value)
{
	const struct viewer *viewer = &request->viewer;
	struct task *task = request->task;

	switch (param->type) {
	case PARAM_VIEWER:
		*value = viewer->id ? db_number(task, viewer->id) : NULL;
		return true;
	case PARAM_SESSION:
		*value =
			viewer->id ? db_number(task, viewer->session_id) : NULL;
		return true;
	case PARAM_PASSWORD: *value = throttle_password(request); return true;
	case PARAM_ADDRESS: *value = request->address; return true;
	case PARAM_AGENT: *value = session_user_agent(request); return true;
	case PARAM_BODY:
		*value = json_object_to_json_string(request_body(request));
		return true;
	case PARAM_JSON: {
		json_object *member = request_member(request, param->name);

		*value = member ? json_object_to_json_string(member) : NULL;
		return true;
	}
	default: return false;
	}
}

static const char *convert(struct request *request, const struct param *param,
			   const char *value)
{
	switch (param->type) {
	case PARAM_INT: return declared_int(request, param, value);
	case PARAM_TEXT:
	case PARAM_CHARS: return declared_text(request, param, value);
	case PARAM_BOOL:
		return request_parse_bool(request, param->name, value) ?
			       "true" :
			       "false";
	case PARAM_CHOICE: return declared_choice(request, param, value);
	case PARAM_VIDEO: return declared_video(request, param, value);
	case PARAM_UUID: return declared_uuid(request, param, value);
	case PARAM_DATE: return declared_date(request, param, value);
	case PARAM_HANDLE: return declared_handle(request, param, value);
	default: BUG("parameter type %d", (int)param->type);
	}
}

const char *request_declared(struct request *request, const struct param *param)
{
	bool is_text = param->type == PARAM_TEXT || param->type == PARAM_CHARS;
	const char *value;

	if (from_elsewhere(request, param, &value)) {
		if (!value && param->required)
			fail_field(request->task, param->name, "%s is missing",
				   param->name);
		return value;
	}
	if (param->type == PARAM_LIST || param->type == PARAM_INTS)
		return declared_list(request, param);
	value = given_text(request, param);
	if (value && !*value && (!is_text || param->in_body))
		value = NULL;
	if (!value && param->required)
		fail_field(request->task, param->name, "%s is missing",
			   param->name);
	return value ? convert(request, param, value) : param->fallback;
}

void request_check(struct request *request, const char *query_name)
{
	const struct query *query = query_find(query_name);

	for (size_t i = 0; i < query->nr_checks; i++)
		request_declared(request, &query->checks[i]);
}

struct rows request_query(struct request *request, const char *name)
{
	const struct query *query = query_find(name);
	const char *values[64];
	struct rows rows;

	if (query->nr_params > ARRAY_LEN(values))
		BUG("query %s has too many parameters", query->name);
	request_check(request, name);
	for (size_t i = 0; i < query->nr_params; i++)
		values[i] = request_declared(request, &query->params[i]);
	rows = db_run(request->task, query, values);
	if (!db_text(rows, 0, 0))
		fail(request->task, 404, "There is nothing at this address.");
	return rows;
}
