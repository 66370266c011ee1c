/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "video_form.h"

#include <string.h>

#include "bug.h"
#include "db.h"
#include "json.h"

/* More than may be there, so that too many are told as such. */
#define MAX_ITEMS 50

static const char white[] = " \t\r\n";

static const char *request_value(void *from, const char *name)
{
	return request_param(from, name);
}

static size_t request_values(void *from, const char *name, const char *values[],
			     size_t max)
{
	return request_params(from, name, values, max);
}

struct form_source form_source_request(struct request *request)
{
	return (struct form_source){ request_value, request_values, request,
				     true };
}

/* Without white space around it and with single line feeds, as browsers send
 * CR LF; NULL when nothing is left. */
static const char *clean(struct task *task, const char *text, size_t len)
{
	char *copy, *out;

	while (len && strchr(white, text[len - 1]))
		len--;
	while (len && strchr(white, *text)) {
		text++;
		len--;
	}
	if (!len)
		return NULL;
	copy = arena_strndup(task->arena, text, len);
	out = copy;
	for (const char *in = copy; *in; in++)
		if (in[0] != '\r' || in[1] != '\n')
			*out++ = *in;
	*out = '\0';
	return copy;
}

static void add_text(struct task *task, json_object *form, const char *name,
		     const char *text)
{
	const char *value = text ? clean(task, text, strlen(text)) : NULL;

	if (value)
		json_object_object_add(form, name,
				       json_object_new_string(value));
}

static void add_switch(struct task *task, json_object *form, const char *name,
		       const struct form_source *source)
{
	const char *text = source->value(source->from, name);
	bool on;

	if (!text && !source->is_page)
		return;
	on = text && (!strcmp(text, "true") || !strcmp(text, "1") ||
		      !strcmp(text, "on"));
	if (text && !on && *text && strcmp(text, "false") && strcmp(text, "0"))
		fail_field(task, name, "%s should be true or false", name);
	json_object_object_add(form, name, json_object_new_boolean(on));
}

static void add_item(struct task *task, json_object *list, const char *text,
		     size_t len)
{
	const char *value = clean(task, text, len);

	if (value && json_object_array_length(list) < MAX_ITEMS)
		json_object_array_add(list, json_object_new_string(value));
}

/* A list: repeated fields of the API, or one text of the page's. */
static void add_list(struct task *task, json_object *form, const char *name,
		     const struct form_source *source, const char *separators)
{
	json_object *list = json_object_new_array();
	const char *values[MAX_ITEMS];
	size_t nr = source->values(source->from, name, values, MAX_ITEMS);

	json_object_object_add(form, name, list);
	for (size_t i = 0; i < nr; i++) {
		const char *text = values[i];
		size_t len;

		if (!source->is_page)
			separators = "";
		for (; *text; text += len + (text[len] != '\0')) {
			len = strcspn(text, separators);
			add_item(task, list, text, len);
		}
	}
}

json_object *video_form_read(struct task *task,
			     const struct form_source *source)
{
	static const char *const texts[] = {
		"name",
		"description",
		"support",
		"category",
		"licence",
		"language",
		"channelId",
		"privacy",
		"nsfwSummary",
		"commentsPolicy",
		"originallyPublishedAt",
	};
	static const char *const switches[] = {
		"nsfw",
		"downloadEnabled",
		"waitTranscoding",
	};
	json_object *form = json_keep(task, json_object_new_object());

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		add_text(task, form, texts[i],
			 source->value(source->from, texts[i]));
	for (size_t i = 0; i < ARRAY_LEN(switches); i++)
		add_switch(task, form, switches[i], source);
	add_list(task, form, "tags", source, ",\n");
	add_list(task, form, "videoPasswords", source, "\n");
	return form;
}

json_object *video_form_errors(struct request *request, int64_t owner,
			       json_object *form)
{
	struct task *task = request->task;
	struct rows rows = db(task, "user/video-form-errors",
			      owner ? db_number(task, owner) : NULL,
			      db_number(task, request->viewer.id),
			      json_object_to_json_string(form));

	return json_load(task, db_text(rows, 0, 0), db_length(rows, 0, 0));
}

void video_form_add_error(json_object *errors, const char *field, int status,
			  const char *message)
{
	json_object *error = json_object_new_object();

	json_object_object_add(error, "field", json_object_new_string(field));
	json_object_object_add(error, "status", json_object_new_int(status));
	json_object_object_add(error, "message",
			       json_object_new_string(message));
	json_object_array_add(errors, error);
}

int video_form_status(json_object *errors)
{
	return (int)json_int(json_object_array_get_idx(errors, 0), "status",
			     400);
}

void video_form_fail(struct task *task, json_object *errors)
{
	json_object *error = json_object_array_get_idx(errors, 0);
	int status = video_form_status(errors);

	if (!error)
		return;
	if (status == 400)
		fail_field(task, json_text(error, "field"), "%s",
			   json_text(error, "message"));
	fail(task, status, "%s", json_text(error, "message"));
}
