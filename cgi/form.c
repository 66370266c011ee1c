/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "form.h"

#include <stdarg.h>
#include <string.h>

#include "arena.h"
#include "json.h"
#include "reply.h"
#include "utf8.h"

struct form form_new(struct request *request)
{
	json_object *document = json_object_new_object();

	json_object_object_add(document, "form", json_object_new_object());
	json_object_object_add(document, "errors",
			       json_object_new_boolean(false));
	return (struct form){ request, json_keep(request->task, document) };
}

/* Browsers send line breaks as CR LF. */
static char *tidy(struct arena *arena, const char *text)
{
	char *copy = arena_alloc(arena, strlen(text) + 1);
	size_t len = 0;

	text += strspn(text, " \t\r\n");
	for (; *text; text++)
		if (*text != '\r')
			copy[len++] = *text;
	while (len && strchr(" \t\n", copy[len - 1]))
		len--;
	copy[len] = '\0';
	return copy;
}

const char *form_optional(struct form *form, const char *name, size_t min,
			  size_t max, const char *label)
{
	const char *given = request_param(form->request, name);
	char *text = tidy(form->request->task->arena, given ? given : "");
	size_t count = utf8_count(text, strlen(text));

	json_object_object_add(json_member(form->document, "form"), name,
			       json_object_new_string(text));
	if (count && count < min)
		form_error(form, name, "%s needs at least %zu characters.",
			   label, min);
	else if (count > max)
		form_error(form, name,
			   "%s has %zu characters; at most %zu"
			   " fit.",
			   label, count, max);
	return count ? text : NULL;
}

const char *form_text(struct form *form, const char *name, size_t min,
		      size_t max, const char *label)
{
	const char *text = form_optional(form, name, min, max, label);

	if (!text)
		form_error(form, name, "%s is missing.", label);
	return text;
}

const char *form_password(struct form *form, const char *name)
{
	const char *given = request_param(form->request, name);

	return given ? given : "";
}

void form_error(struct form *form, const char *field, const char *fmt, ...)
{
	json_object *errors = json_member(form->document, "errors");
	json_object *error = json_object_new_object();
	va_list args;
	char *text;

	if (form_is_good(form)) {
		errors = json_object_new_object();
		json_object_object_add(errors, "list", json_object_new_array());
		json_object_object_add(form->document, "errors", errors);
	}
	va_start(args, fmt);
	text = arena_vprintf(form->request->task->arena, fmt, args);
	va_end(args);
	json_object_object_add(error, "field", json_object_new_string(field));
	json_object_object_add(error, "message", json_object_new_string(text));
	json_object_array_add(json_member(errors, "list"), error);
}

bool form_is_good(const struct form *form)
{
	return !json_object_is_type(json_member(form->document, "errors"),
				    json_type_object);
}

void form_show(struct form *form, const char *template_name)
{
	reply_page(form->request, form_is_good(form) ? 200 : 422, template_name,
		   json_object_get(form->document));
}
