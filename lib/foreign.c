/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "foreign.h"

#include <stdbool.h>
#include <string.h>

#include "buf.h"
#include "html.h"
#include "json.h"

static bool is_plain(json_object *object)
{
	const char *type = json_text(object, "mediaType");

	return type &&
	       (!strcmp(type, "text/markdown") || !strcmp(type, "text/plain"));
}

/* SQL reads a member under a prefix too (ap_get() in 61-ap-read.sql). */
static bool is_named(const char *key, const char *name)
{
	const char *colon = strrchr(key, ':');

	return !strcmp(colon ? colon + 1 : key, name);
}

/* Changes a text, or those of a list, of which SQL takes the first. One without
 * a tag is as good as it is, and may be the Markdown of a program that does not
 * say so. */
static void sanitise_text(struct arena *arena, json_object *value)
{
	struct buf safe = buf_make(arena, FOREIGN_HTML_MAX);

	if (json_object_is_type(value, json_type_array))
		for (size_t i = 0; i < json_object_array_length(value); i++)
			sanitise_text(arena,
				      json_object_array_get_idx(value, i));
	if (!json_object_is_type(value, json_type_string) ||
	    !strchr(json_object_get_string(value), '<'))
		return;
	html_sanitise(&safe, json_object_get_string(value),
		      (size_t)json_object_get_string_len(value));
	json_object_set_string_len(value, safe.len ? safe.data : "",
				   (int)safe.len);
}

static void sanitise_map(struct arena *arena, json_object *map)
{
	if (!json_object_is_type(map, json_type_object))
		return;
	json_object_object_foreach(map, language, text)
	{
		(void)language;
		sanitise_text(arena, text);
	}
}

static void sanitise_own(struct arena *arena, json_object *object)
{
	json_object_object_foreach(object, key, value)
	{
		if (is_named(key, "content") || is_named(key, "summary"))
			sanitise_text(arena, value);
		else if (is_named(key, "contentMap") ||
			 is_named(key, "summaryMap"))
			sanitise_map(arena, value);
	}
}

void foreign_sanitise(struct arena *arena, json_object *document)
{
	if (json_object_is_type(document, json_type_array)) {
		for (size_t i = 0; i < json_object_array_length(document); i++)
			foreign_sanitise(
				arena, json_object_array_get_idx(document, i));
	} else if (json_object_is_type(document, json_type_object)) {
		if (!is_plain(document))
			sanitise_own(arena, document);
		json_object_object_foreach(document, key, value)
		{
			(void)key;
			foreign_sanitise(arena, value);
		}
	}
}
