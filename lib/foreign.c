/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "foreign.h"

#include <stdbool.h>
#include <string.h>

#include "buf.h"
#include "bug.h"
#include "html.h"
#include "json.h"

static const char *const html_members[] = { "content", "summary" };
static const char *const html_maps[] = { "contentMap", "summaryMap" };

static bool is_plain(json_object *object)
{
	const char *type = json_text(object, "mediaType");

	return type &&
	       (!strcmp(type, "text/markdown") || !strcmp(type, "text/plain"));
}

/* Replaces a member that is a text; one without a tag is as good as it is, and
 * may be the Markdown of a program that does not say so. */
static void sanitise_member(struct arena *arena, json_object *object,
			    const char *key)
{
	json_object *value = json_member(object, key);
	struct buf safe = buf_make(arena, FOREIGN_HTML_MAX);

	if (!json_object_is_type(value, json_type_string) ||
	    !strchr(json_object_get_string(value), '<'))
		return;
	html_sanitise(&safe, json_object_get_string(value),
		      (size_t)json_object_get_string_len(value));
	json_object_set_string_len(value, safe.len ? safe.data : "",
				   (int)safe.len);
}

static void sanitise_own(struct arena *arena, json_object *object)
{
	for (size_t i = 0; i < ARRAY_LEN(html_members); i++)
		sanitise_member(arena, object, html_members[i]);
	for (size_t i = 0; i < ARRAY_LEN(html_maps); i++) {
		json_object *map = json_member(object, html_maps[i]);

		if (!json_object_is_type(map, json_type_object))
			continue;
		json_object_object_foreach(map, language, text)
		{
			(void)text;
			sanitise_member(arena, map, language);
		}
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
