/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "note.h"

#include <json-c/json.h>
#include <string.h>
#include <strings.h>

#include "buf.h"
#include "json.h"
#include "markdown.h"

#define HTML_MAX ((size_t)1 << 20)
/* As the key it is only in our Notes: within a text the quotes are escaped. */
#define MARK "\"source\""

struct mentions {
	json_object *tags;
	/* "@host" of the author: those of it may be named without. */
	const char *host;
	size_t host_len;
};

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

/* Does the name go on with this? "." and "-" only before more of it, ":" before
 * a port. */
static bool is_of_name(const char *c)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

	c += strspn(c, ".-");
	return (*c && strchr(letters, *c)) || *c == '@' ||
	       (*c == ':' && c[1] >= '0' && c[1] <= '9');
}

static bool begins(const char *html, const char *name, size_t len)
{
	return len && !strncasecmp(html, name, len) && !is_of_name(html + len);
}

/* How much of `html` is the name of a Mention: all of "@name@host", or "@name"
 * of the author's server; 0: it is another's. */
static size_t named_by(const struct mentions *mentions, json_object *tag,
		       const char *html)
{
	const char *name = json_text(tag, "name");
	const char *at = name && *name ? strchr(name + 1, '@') : NULL;
	size_t len = at ? (size_t)(at - name) : 0;

	if (!at || !json_text(tag, "href"))
		return 0;
	if (begins(html, name, strlen(name)))
		return strlen(name);
	if (strlen(at + 1) == mentions->host_len &&
	    !strncasecmp(at + 1, mentions->host, mentions->host_len) &&
	    begins(html, name, len))
		return len;
	return 0;
}

/* The length of the name that was made a link; 0: none is there. */
static size_t add_mention(struct buf *out, const struct mentions *mentions,
			  const char *html)
{
	for (size_t i = 0; i < json_object_array_length(mentions->tags); i++) {
		json_object *tag = json_object_array_get_idx(mentions->tags, i);
		size_t len = named_by(mentions, tag, html);
		const char *href = json_text(tag, "href");

		if (!len)
			continue;
		buf_str(out, "<span class=\"h-card\"><a href=\"");
		buf_html(out, href, strlen(href));
		buf_str(out, "\" class=\"u-url mention\">");
		buf_add(out, html, len);
		buf_str(out, "</a></span>");
		return len;
	}
	return 0;
}

/* Copies our HTML; outside of links and code, names become links. */
static void link_mentions(struct buf *out, const struct mentions *mentions,
			  const char *html)
{
	bool is_plain = true;
	char before = ' ';

	while (*html) {
		size_t len = 1;

		if (*html == '<') {
			len = strcspn(html, ">") + 1;
			if (!strncmp(html, "<a ", 3) ||
			    !strncmp(html, "<code", 5))
				is_plain = false;
			else if (!strncmp(html, "</a", 3) ||
				 !strncmp(html, "</code", 6))
				is_plain = true;
		} else if (*html == '@' && is_plain &&
			   strchr(" \n>(\"", before)) {
			len = add_mention(out, mentions, html);
			html += len;
			before = len ? 'x' : before;
			len = !len;
		}
		if (len)
			before = html[len - 1];
		buf_add(out, html, len);
		html += len;
	}
}

static const char *render(struct task *task, json_object *note,
			  const char *words)
{
	struct buf html = buf_make(task->arena, HTML_MAX);
	struct buf out = buf_make(task->arena, HTML_MAX);
	struct mentions mentions = { .tags = json_member(note, "tag") };

	mentions.host =
		host_of(json_text(note, "attributedTo"), &mentions.host_len);
	markdown_html(&html, words, strlen(words), 0);
	if (!html.len)
		return "";
	if (!json_object_is_type(mentions.tags, json_type_array))
		return html.data;
	link_mentions(&out, &mentions, html.data);
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
