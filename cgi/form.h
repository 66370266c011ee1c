/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * A form that is shown again, as it was filled in, with what was wrong. Its
 * document for the template:
 *
 *   form    {NAME: text as entered ...}
 *   errors  false, or {list: [{field, message}]}     (part/errors)
 *
 * The document a form starts with (from a query) has the same shape.
 */
#ifndef CARDUME_FORM_H
#define CARDUME_FORM_H

#include <json-c/json.h>

#include "request.h"

struct form {
	struct request *request;
	json_object *document;
};

/* An empty one, without errors; freed with the task's arena. */
struct form form_new(struct request *request);

/* The entered text, without spaces around it and with "\n" for line breaks;
 * NULL where it is empty. Notes an error when it has not `min` to `max`
 * characters; `label` names it in the message. */
const char *form_text(struct form *form, const char *name, size_t min,
		      size_t max, const char *label);
/* The same; it may also be empty. */
const char *form_optional(struct form *form, const char *name, size_t min,
			  size_t max, const char *label);
/* An entered password: as it is, never shown again. "" where absent. */
const char *form_password(struct form *form, const char *name);

void form_error(struct form *form, const char *field, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
bool form_is_good(const struct form *form);

/* Shows the page with the document; 422 where there are errors. */
void form_show(struct form *form, const char *template_name);

#endif
