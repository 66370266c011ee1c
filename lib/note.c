/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "note.h"

#include <json-c/json.h>
#include <string.h>
#include <strings.h>

#include "buf.h"
#include "json.h"
#include "markdown.h"
#include "mention.h"

#define HTML_MAX ((size_t)1 << 20)
/* As the key it is only in our Notes: within a text the quotes are escaped. */
#define MARK "\"source\""

/* "host[:port]" of a URL, and its length. */
static const char *host_of(const char *url, size_t *len)
{
	const char *host = url ? strstr(url, "://") : NULL;

	if (!host) {
		*len = 0;
		return "";
	}
	host += 3;
	*len = strcspn(host, "/?#");
	return host;
}

/* Adds who the tag mentions: by "@name@host", and by "@name" where it is of the
 * author's server; so many of them. */
static size_t add_mention(struct arena *arena, json_object *tag,
			  const char *author, struct mention out[2])
{
	const char *name = json_text(tag, "name");
	const char *href = json_text(tag, "href");
	const char *at = name && *name ? strchr(name + 1, '@') : NULL;
	size_t len;
	const char *host = host_of(author, &len);

	if (!at || !href)
		return 0;
	out[0] = (struct mention){ .name = name, .href = href };
	if (strlen(at + 1) != len || strncasecmp(at + 1, host, len) != 0)
		return 1;
	out[1] = (struct mention){
		.name = arena_strndup(arena, name, (size_t)(at - name)),
		.href = href,
	};
	return 2;
}

static const char *render(struct task *task, json_object *note,
			  const char *words)
{
	struct buf html = buf_make(task->arena, HTML_MAX);
	struct buf out = buf_make(task->arena, HTML_MAX);
	json_object *tags = json_member(note, "tag");
	struct mention *mentions;
	size_t nr = 0;

	markdown_html(&html, words, strlen(words), 0);
	if (!html.len)
		return "";
	if (!json_object_is_type(tags, json_type_array))
		return html.data;
	mentions = arena_array(task->arena, 2 * json_object_array_length(tags),
			       sizeof(*mentions));
	for (size_t i = 0; i < json_object_array_length(tags); i++)
		nr += add_mention(
			task->arena, json_object_array_get_idx(tags, i),
			json_text(note, "attributedTo"), mentions + nr);
	mention_links(&out, html.data, mentions, nr);
	return out.data;
}

/* Its words as Markdown; NULL: it is no Note to be rendered. */
static const char *source_of(json_object *note)
{
	json_object *source = json_member(note, "source");
	const char *type = json_text(source, "mediaType");

	if (!type || strcmp(type, "text/markdown") != 0 ||
	    json_member(note, "content"))
		return NULL;
	return json_text(source, "content");
}

const char *note_render(struct task *task, const char *document, size_t len)
{
	json_object *whole, *note;
	const char *words;

	if (!memmem(document, len, MARK, strlen(MARK)))
		return document;
	whole = json_load(task, document, len);
	note = json_member(whole, "object");
	if (!json_object_is_type(note, json_type_object))
		note = whole;
	words = source_of(note);
	if (!words)
		return document;
	json_object_object_add(
		note, "content",
		json_object_new_string(render(task, note, words)));
	return arena_strdup(
		task->arena,
		json_object_to_json_string_ext(
			whole, JSON_C_TO_STRING_PLAIN |
				       JSON_C_TO_STRING_NOSLASHESCAPE));
}
