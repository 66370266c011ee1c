/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "html.h"

#include <string.h>

#include "html_token.h"

#define LINK_REST \
	"\" rel=\"nofollow noopener noreferrer ugc\" target=\"_blank\">"

static const char *const tags[HTML_TAGS][2] = {
	[HTML_P] = { "<p>", "</p>" },
	[HTML_BR] = { "<br>", "" },
	[HTML_A] = { "<a href=\"", "</a>" },
	[HTML_STRONG] = { "<strong>", "</strong>" },
	[HTML_EM] = { "<em>", "</em>" },
	[HTML_DEL] = { "<del>", "</del>" },
	[HTML_CODE] = { "<code>", "</code>" },
	[HTML_PRE] = { "<pre>", "</pre>" },
	[HTML_BLOCKQUOTE] = { "<blockquote>", "</blockquote>" },
	[HTML_UL] = { "<ul>", "</ul>" },
	[HTML_OL] = { "<ol>", "</ol>" },
	[HTML_LI] = { "<li>", "</li>" },
	[HTML_SPAN] = { "<span>", "</span>" },
};

struct writer {
	struct buf *out;
	size_t reserved; /* the end tags of what is open */
	bool is_full;
	enum html_tag open[HTML_DEPTH];
	size_t nr_open;
	char url[HTML_URL_MAX]; /* of the link that is open */
	size_t url_len;
	size_t link_start; /* length of the output behind its <a> */
};

static bool fits(struct writer *writer, size_t len)
{
	size_t room = writer->out->max - writer->out->len;

	if (room < writer->reserved || room - writer->reserved < len)
		writer->is_full = true;
	return !writer->is_full;
}

/* Text */

/* NULL for what stands for itself. */
static const char *escape(unsigned char c)
{
	switch (c) {
	case '&': return "&amp;";
	case '<': return "&lt;";
	case '>': return "&gt;";
	case '"': return "&quot;";
	case '\'': return "&#39;";
	default:
		return (c < 0x20 && c != '\n' && c != '\t') || c == 0x7f ? "" :
									   NULL;
	}
}

/* Bytes of the character there, so that none is cut. */
static size_t character(const char *text, size_t len)
{
	size_t i = 1;

	if ((unsigned char)*text >= 0xc0)
		while (i < len && i < 4 && ((unsigned char)text[i] >> 6) == 2)
			i++;
	return i;
}

static void put_text(struct writer *writer, const char *text, size_t len)
{
	for (size_t i = 0, size; i < len; i += size) {
		const char *escaped = escape((unsigned char)text[i]);

		size = escaped ? 1 : character(text + i, len - i);
		if (!fits(writer, escaped ? strlen(escaped) : size))
			return;
		if (escaped)
			buf_str(writer->out, escaped);
		else
			buf_add(writer->out, text + i, size);
	}
}

static void put(struct writer *writer, const char *markup)
{
	if (fits(writer, strlen(markup)))
		buf_str(writer->out, markup);
}

/* Elements */

static bool is_block(enum html_tag tag)
{
	return tag == HTML_P || tag == HTML_PRE || tag == HTML_BLOCKQUOTE ||
	       tag == HTML_UL || tag == HTML_OL || tag == HTML_LI;
}

/* A link without a text (of a picture) shows its target. */
static void pop(struct writer *writer)
{
	enum html_tag tag = writer->open[--writer->nr_open];
	size_t start = writer->out->len;

	if (tag == HTML_A && start == writer->link_start)
		put_text(writer, writer->url, writer->url_len);
	buf_str(writer->out, tags[tag][1]);
	writer->reserved -= strlen(tags[tag][1]);
}

/* The stack's height with the innermost `tag` on top, 0 where it is not open.
 * Of lists and quotations only the innermost is looked into where `is_item`. */
static size_t height_of(const struct writer *writer, enum html_tag tag,
			bool is_item)
{
	size_t i = writer->nr_open;

	for (; i && writer->open[i - 1] != tag; i--)
		if (is_item && writer->open[i - 1] != HTML_P &&
		    is_block(writer->open[i - 1]))
			return 0;
	return i;
}

static void close_to(struct writer *writer, size_t height)
{
	while (height && writer->nr_open >= height)
		pop(writer);
}

/* As a browser does, so that it finds the tree that we think of: a block ends
 * the paragraph, an item the item before, a link the link. */
static void close_before(struct writer *writer, enum html_tag tag)
{
	if (tag == HTML_A)
		close_to(writer, height_of(writer, HTML_A, false));
	if (tag == HTML_LI)
		close_to(writer, height_of(writer, HTML_LI, true));
	if (is_block(tag))
		close_to(writer, height_of(writer, HTML_P, false));
}

/* Opens what has been closed for, or nothing at all. */
static void push(struct writer *writer, enum html_tag tag)
{
	struct buf *out = writer->out;
	size_t start = out->len;
	size_t closing = strlen(tags[tag][1]);

	if (writer->nr_open == HTML_DEPTH)
		return;
	writer->reserved += closing;
	put(writer, tags[tag][0]);
	if (tag == HTML_A) {
		put_text(writer, writer->url, writer->url_len);
		put(writer, LINK_REST);
		writer->link_start = out->len;
	}
	if (writer->is_full) {
		out->len = start;
		out->data[start] = '\0';
		writer->reserved -= closing;
	} else {
		writer->open[writer->nr_open++] = tag;
	}
}

static void open_tag(struct writer *writer, const struct html_token *token)
{
	enum html_tag tag = token->tag;

	if (tag == HTML_BR) {
		put(writer, tags[tag][0]);
		return;
	}
	if (tag == HTML_HEADING)
		tag = HTML_P;
	close_before(writer, tag);
	if (tag != HTML_A || html_href(token, writer->url, &writer->url_len))
		push(writer, tag);
	if (token->tag == HTML_HEADING)
		push(writer, HTML_STRONG);
}

static void close_tag(struct writer *writer, enum html_tag tag)
{
	if (tag == HTML_HEADING)
		tag = HTML_P;
	close_to(writer, height_of(writer, tag, tag == HTML_LI));
}

void html_sanitise(struct buf *out, const char *html, size_t len)
{
	struct html_reader reader = { .text = html, .len = len };
	struct writer writer = { .out = out };
	struct html_token token;

	while (!writer.is_full && (token = html_next(&reader)).kind) {
		if (token.kind == HTML_TEXT)
			put_text(&writer, token.text, token.len);
		else if (token.kind == HTML_OPEN)
			open_tag(&writer, &token);
		else
			close_tag(&writer, token.tag);
	}
	close_to(&writer, 1);
}
