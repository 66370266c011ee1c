/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Parameters as their declaration in a query's header says (query.h). */
#include <string.h>
#include <strings.h>

#include "bug.h"
#include "conf.h"
#include "db.h"
#include "request.h"
#include "request_private.h"
#include "serve.h"
#include "shortid.h"
#include "utf8.h"

#define LIST_MAX 100

/* A page's path that names nothing is not there; the API says what is bad. */
static _Noreturn void fail_path(struct request *request, const char *name,
				const char *what)
{
	if (request->program->face == FACE_HTML)
		fail(request->task, 404, "There is nothing at this address.");
	fail_field(request->task, name, "Should have a valid %s", what);
}

static const char *declared_int(struct request *request,
				const struct param *param)
{
	return db_number(request->task, request_int(request, param->name,
						    param->min, param->max, 0));
}

static const char *declared_text(struct request *request,
				 const struct param *param)
{
	return request_text(request, param->name, (size_t)param->min,
			    (size_t)param->max);
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

static const char *declared_list(struct request *request,
				 const struct param *param)
{
	const char *values[LIST_MAX + 1];
	size_t given =
		request_params(request, param->name, values, LIST_MAX + 1);
	size_t nr = 0;

	/* A form's "any" choice comes as an empty value. */
	for (size_t i = 0; i < given; i++)
		if (*values[i])
			values[nr++] = values[i];
	if (nr < (size_t)param->min || nr > (size_t)param->max)
		fail_field(request->task, param->name,
			   "%s should have %lld to %lld values", param->name,
			   (long long)param->min, (long long)param->max);
	return nr ? db_array(request->task, values, nr) : NULL;
}

static const char *declared_video(struct request *request,
				  const struct param *param, const char *value)
{
	uint8_t uuid[UUID_BYTES];
	char *text;

	if (strlen(value) <= 18 &&
	    strspn(value, "0123456789") == strlen(value) && *value)
		return value;
	if (!uuid_parse(uuid, value) && !shortid_decode(uuid, value))
		fail_path(request, param->name, "video id");
	text = arena_alloc(request->task->arena, UUID_SIZE);
	uuid_format(text, uuid);
	return text;
}

static const char *declared_handle(struct request *request,
				   const struct param *param, const char *value)
{
	const char *at = strchr(value, '@');
	size_t len = at ? (size_t)(at - value) : strlen(value);
	const char *host = strstr(request->task->conf->origin, "://") + 3;
	struct arena *arena = request->task->arena;

	if (!len || len > 50)
		fail_path(request, param->name, "name");
	if (at && strcasecmp(at + 1, host))
		fail(request->task, 404, "%s is not known here.", value);
	return utf8_lower(arena, arena_strndup(arena, value, len));
}

static const char *declared_bool(struct request *request,
				 const struct param *param)
{
	return request_bool(request, param->name, false) ? "true" : "false";
}

static const char *declared_viewer(struct request *request)
{
	return request->viewer.id ?
		       db_number(request->task, request->viewer.id) :
		       NULL;
}

const char *request_declared(struct request *request, const struct param *param)
{
	const char *value;

	if (param->type == PARAM_VIEWER)
		return declared_viewer(request);
	if (param->type == PARAM_LIST)
		return declared_list(request, param);
	value = request_param(request, param->name);
	if (value && !*value && param->type != PARAM_TEXT)
		value = NULL;
	if (!value && param->required)
		fail_field(request->task, param->name, "%s is missing",
			   param->name);
	if (!value)
		return param->fallback;
	switch (param->type) {
	case PARAM_INT: return declared_int(request, param);
	case PARAM_TEXT: return declared_text(request, param);
	case PARAM_BOOL: return declared_bool(request, param);
	case PARAM_CHOICE: return declared_choice(request, param, value);
	case PARAM_VIDEO: return declared_video(request, param, value);
	case PARAM_HANDLE: return declared_handle(request, param, value);
	default: BUG("parameter type %d", (int)param->type);
	}
}
