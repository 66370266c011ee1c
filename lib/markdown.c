/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "markdown.h"

#include <md4c.h>
#include <stdint.h>
#include <string.h>

#include "bug.h"
#include "entity.h"
#include "url.h"
#include "utf8.h"

#define FLAGS \
	(MD_FLAG_NOHTML | MD_FLAG_STRIKETHROUGH | \
	 MD_FLAG_PERMISSIVEURLAUTOLINKS | MD_FLAG_PERMISSIVEWWWAUTOLINKS)
#define MAX_OPEN 40 /* elements in each other; deeper ones vanish */
#define SPAN 0x100 /* in an element's key: it is no block */
#define MAX_URL 2048
/*
 * Output is bounded by the input's length, because a short text can name one
 * long link target many times.
 */
#define FACTOR 12
/* NULs behind the text: md4c 0.4.8 looks for a ')' behind its end. */
#define PADDING 64
#define SLACK 4096
#define REL " rel=\"nofollow noopener noreferrer ugc\">"

/* Memory is taken before md4c runs: nothing may fail in its callbacks. */
struct sink {
	char *data;
	size_t len;
	size_t size;
	bool is_full;
};

/* What md4c reads: a copy of the text's first MARKDOWN_MAX characters. */
struct source {
	const char *text;
	size_t len;
};

/* A block or span that is open; `close` is "" where it has no tag of its
 * own (a refused link). */
struct element {
	unsigned key;
	const char *close;
};

/*
 * md4c 0.4.8 is not to be trusted to leave each span that it enters (a
 * deletion that ends inside a bare URL): what is open is closed here.
 */
struct writer {
	struct sink out;
	struct source source;
	unsigned flags;
	struct element open[MAX_OPEN];
	size_t nr_open;
	size_t nr_vanished; /* entered when MAX_OPEN were open */
	bool is_code;
	bool is_link;
	size_t link_start; /* length of the output behind <a> */
	char link_url[MAX_URL];
	size_t link_len;
};

static struct source source_make(struct arena *arena, const char *text,
				 size_t len)
{
	struct source source = { .len = utf8_prefix(text, len, MARKDOWN_MAX) };
	char *copy = arena_alloc(arena, source.len + PADDING);

	memcpy(copy, text, source.len);
	source.text = copy;
	return source;
}

/* What md4c hands over is a piece of the source or a short constant. */
static bool is_piece(const struct source *source, const char *text, size_t len)
{
	uintptr_t start = (uintptr_t)source->text;
	uintptr_t at = (uintptr_t)text;

	if (at < start || at >= start + source->len + PADDING)
		return len <= PADDING;
	return at - start <= source->len && len <= source->len - (at - start);
}

static void put(struct sink *sink, const char *text, size_t len)
{
	if (len > sink->size - sink->len) {
		sink->is_full = true;
		return;
	}
	memcpy(sink->data + sink->len, text, len);
	sink->len += len;
}

static void put_str(struct sink *sink, const char *text)
{
	put(sink, text, strlen(text));
}

static void put_escaped(struct sink *sink, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == '&')
			put_str(sink, "&amp;");
		else if (c == '<')
			put_str(sink, "&lt;");
		else if (c == '>')
			put_str(sink, "&gt;");
		else if (c == '"')
			put_str(sink, "&quot;");
		else if (c == '\'')
			put_str(sink, "&#39;");
		else if (c >= 0x20 || c == '\n' || c == '\t')
			put(sink, &text[i], 1);
	}
}

/* What an entity stands for; one we do not know stands for itself. */
static size_t decode_entity(const char *text, size_t len,
			    char out[ENTITY_BYTES], const char **decoded)
{
	size_t nr;

	*decoded = out;
	if (entity_read(text, len, out, &nr) == len)
		return nr;
	*decoded = text;
	return len;
}

/* Links */

/* A link's target with its entities decoded, so that it is checked as a
 * browser will read it. */
static bool read_url(struct writer *writer, const MD_ATTRIBUTE *attribute)
{
	size_t len = 0;

	for (size_t i = 0; attribute->substr_offsets[i] < attribute->size;
	     i++) {
		size_t start = attribute->substr_offsets[i];
		size_t end = attribute->substr_offsets[i + 1];
		size_t size = end - start;
		const char *text = attribute->text + start;
		char bytes[ENTITY_BYTES];

		if (end < start || end > attribute->size)
			return false;
		if (attribute->substr_types[i] == MD_TEXT_ENTITY)
			size = decode_entity(text, size, bytes, &text);
		if (size > MAX_URL - len)
			return false;
		memcpy(writer->link_url + len, text, size);
		len += size;
	}
	writer->link_len = len;
	return url_is_web(writer->link_url, len);
}

static const char link_end[] = "</a>";

static const char *link_open(struct writer *writer, const MD_ATTRIBUTE *url)
{
	if (writer->is_link || !read_url(writer, url))
		return "";
	put_str(&writer->out, "<a href=\"");
	put_escaped(&writer->out, writer->link_url, writer->link_len);
	put_str(&writer->out, "\"" REL);
	writer->is_link = true;
	writer->link_start = writer->out.len;
	return link_end;
}

/* Times */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || c == '_' || c == ':' || (c & 0x80);
}

/* The length of "1:23" or "1:02:03" at `text`, 0 when there is none. */
static size_t read_time(const char *text, size_t len, unsigned *seconds)
{
	unsigned parts[3] = { 0 };
	size_t nr = 0, i = 0;

	for (; nr < 3; nr++) {
		size_t start = i;

		while (i < len && i - start < 2 && is_digit(text[i]))
			parts[nr] =
				parts[nr] * 10 + (unsigned)(text[i++] - '0');
		if (i == start || (nr && i - start != 2) ||
		    (nr && parts[nr] > 59))
			return 0;
		if (i == len || text[i] != ':') {
			nr++;
			break;
		}
		i++;
	}
	if (nr < 2 || (i < len && is_word(text[i])) || text[i - 1] == ':')
		return 0;
	*seconds = nr == 3 ? parts[0] * 3600 + parts[1] * 60 + parts[2] :
			     parts[0] * 60 + parts[1];
	return i;
}

static void put_time(struct sink *sink, const char *text, size_t len,
		     unsigned seconds)
{
	char url[40];
	int nr = snprintf(url, sizeof(url), "<a href=\"?start=%u\">", seconds);

	put(sink, url, (size_t)nr);
	put(sink, text, len);
	put_str(sink, "</a>");
}

static void put_with_times(struct sink *sink, const char *text, size_t len)
{
	size_t start = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned seconds;
		size_t nr;

		if (!is_digit(text[i]) || (i && is_word(text[i - 1])))
			continue;
		nr = read_time(text + i, len - i, &seconds);
		if (!nr)
			continue;
		put_escaped(sink, text + start, i - start);
		put_time(sink, text + i, nr, seconds);
		start = i + nr;
		i = start - 1;
	}
	put_escaped(sink, text + start, len - start);
}

/* Callbacks of md4c for HTML */

static const char *const block_tags[][2] = {
	[MD_BLOCK_QUOTE] = { "<blockquote>\n", "</blockquote>\n" },
	[MD_BLOCK_UL] = { "<ul>\n", "</ul>\n" },
	[MD_BLOCK_OL] = { "<ol>\n", "</ol>\n" },
	[MD_BLOCK_LI] = { "<li>", "</li>\n" },
	[MD_BLOCK_H] = { "<p><strong>", "</strong></p>\n" },
	[MD_BLOCK_CODE] = { "<pre><code>", "</code></pre>\n" },
	[MD_BLOCK_P] = { "<p>", "</p>\n" },
};

static const char *const span_tags[][2] = {
	[MD_SPAN_EM] = { "<em>", "</em>" },
	[MD_SPAN_STRONG] = { "<strong>", "</strong>" },
	[MD_SPAN_CODE] = { "<code>", "</code>" },
	[MD_SPAN_DEL] = { "<del>", "</del>" },
};

static void push(struct writer *writer, unsigned key, const char *const tag[2])
{
	if (writer->nr_open == MAX_OPEN) {
		writer->nr_vanished++;
		return;
	}
	put_str(&writer->out, tag[0]);
	writer->open[writer->nr_open++] = (struct element){ key, tag[1] };
}

/* A link without a text (an image without a description) shows its target. */
static void pop(struct writer *writer)
{
	const struct element *element = &writer->open[--writer->nr_open];

	if (element->close == link_end) {
		if (writer->out.len == writer->link_start)
			put_escaped(&writer->out, writer->link_url,
				    writer->link_len);
		writer->is_link = false;
	}
	if (element->key == (SPAN | MD_SPAN_CODE))
		writer->is_code = false;
	put_str(&writer->out, element->close);
}

/* A span ends inside its block; whatever is open inside ends with it. */
static void leave(struct writer *writer, unsigned key)
{
	size_t i = writer->nr_open;

	if (writer->nr_vanished) {
		writer->nr_vanished--;
		return;
	}
	while (i && writer->open[i - 1].key != key) {
		if ((key & SPAN) && !(writer->open[i - 1].key & SPAN))
			return;
		i--;
	}
	while (i && writer->nr_open >= i)
		pop(writer);
}

static const char *const no_tag[2] = { "", "" };

static const char *const *tag_of(const char *const tags[][2], size_t nr,
				 size_t type)
{
	return type < nr && tags[type][0] ? tags[type] : no_tag;
}

static int enter_block(MD_BLOCKTYPE type, void *detail, void *ctx)
{
	struct writer *writer = ctx;

	(void)detail;
	push(writer, type, tag_of(block_tags, ARRAY_LEN(block_tags), type));
	return writer->out.is_full;
}

static int leave_block(MD_BLOCKTYPE type, void *detail, void *ctx)
{
	struct writer *writer = ctx;

	(void)detail;
	leave(writer, type);
	return writer->out.is_full;
}

static int enter_span(MD_SPANTYPE type, void *detail, void *ctx)
{
	struct writer *writer = ctx;
	const char *link[2] = { "", "" };
	const char *const *tag = tag_of(span_tags, ARRAY_LEN(span_tags), type);
	bool is_room = writer->nr_open < MAX_OPEN;

	if (type == MD_SPAN_A && is_room)
		link[1] =
			link_open(writer, &((MD_SPAN_A_DETAIL *)detail)->href);
	else if (type == MD_SPAN_IMG && is_room)
		link[1] =
			link_open(writer, &((MD_SPAN_IMG_DETAIL *)detail)->src);
	else if (type == MD_SPAN_CODE && is_room)
		writer->is_code = true;
	push(writer, SPAN | type, tag == no_tag ? link : tag);
	return writer->out.is_full;
}

static int leave_span(MD_SPANTYPE type, void *detail, void *ctx)
{
	struct writer *writer = ctx;

	(void)detail;
	leave(writer, SPAN | type);
	return writer->out.is_full;
}

static void put_entity(struct writer *writer, const char *text, size_t len)
{
	const char *decoded;
	char bytes[ENTITY_BYTES];
	size_t nr = decode_entity(text, len, bytes, &decoded);

	/* A name that only a browser knows is for the browser. */
	if (decoded == text)
		put(&writer->out, text, len);
	else
		put_escaped(&writer->out, decoded, nr);
}

static int text(MD_TEXTTYPE type, const MD_CHAR *data, MD_SIZE len, void *ctx)
{
	struct writer *writer = ctx;

	if (!is_piece(&writer->source, data, len))
		return 1;
	if (type == MD_TEXT_BR || type == MD_TEXT_SOFTBR)
		put_str(&writer->out, "<br>\n");
	else if (type == MD_TEXT_ENTITY)
		put_entity(writer, data, len);
	else if (type == MD_TEXT_NORMAL && !writer->is_code &&
		 !writer->is_link && (writer->flags & MARKDOWN_TIMES))
		put_with_times(&writer->out, data, len);
	else
		put_escaped(&writer->out, data, len);
	return writer->out.is_full;
}

static const MD_PARSER html_parser = {
	.flags = FLAGS,
	.enter_block = enter_block,
	.leave_block = leave_block,
	.enter_span = enter_span,
	.leave_span = leave_span,
	.text = text,
};

static struct sink sink_make(struct arena *arena, size_t size)
{
	struct sink sink = { .size = size };

	sink.data = arena_alloc(arena, sink.size);
	return sink;
}

void markdown_html(struct buf *out, const char *text, size_t len,
		   unsigned flags)
{
	struct writer writer = { .flags = flags };
	struct source source = source_make(out->arena, text, len);

	writer.source = source;
	writer.out = sink_make(out->arena, source.len * FACTOR + SLACK);
	if (md_parse(source.text, (MD_SIZE)source.len, &html_parser, &writer))
		writer.out.is_full = true;
	while (writer.nr_open)
		pop(&writer);
	if (!writer.out.is_full) {
		buf_add(out, writer.out.data, writer.out.len);
		return;
	}
	/* Too much output, or md4c gave up: the text as it is. */
	buf_str(out, "<p>");
	buf_html(out, source.text, source.len);
	buf_str(out, "</p>\n");
}

/* Plain text */

struct plain {
	struct sink out;
	struct source source;
};

static void put_words(struct sink *sink, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		bool is_space = (unsigned char)text[i] <= ' ';

		if (!is_space)
			put(sink, &text[i], 1);
		else if (sink->len && sink->data[sink->len - 1] != ' ')
			put(sink, " ", 1);
	}
}

static int plain_block(MD_BLOCKTYPE type, void *detail, void *ctx)
{
	(void)type;
	(void)detail;
	put_words(&((struct plain *)ctx)->out, " ", 1);
	return 0;
}

static int plain_span(MD_SPANTYPE type, void *detail, void *ctx)
{
	(void)type;
	(void)detail;
	(void)ctx;
	return 0;
}

static int plain_text(MD_TEXTTYPE type, const MD_CHAR *data, MD_SIZE len,
		      void *ctx)
{
	struct plain *plain = ctx;
	const char *decoded = data;
	size_t nr = len;
	char bytes[ENTITY_BYTES];

	if (!is_piece(&plain->source, data, len))
		return 1;
	if (type == MD_TEXT_BR || type == MD_TEXT_SOFTBR) {
		decoded = " ";
		nr = 1;
	} else if (type == MD_TEXT_ENTITY) {
		nr = decode_entity(data, len, bytes, &decoded);
	}
	put_words(&plain->out, decoded, nr);
	return 0;
}

static const MD_PARSER plain_parser = {
	.flags = FLAGS,
	.enter_block = plain_block,
	.leave_block = plain_block,
	.enter_span = plain_span,
	.leave_span = plain_span,
	.text = plain_text,
};

void markdown_text(struct buf *out, const char *text, size_t len, size_t max)
{
	struct plain plain = { .source = source_make(out->arena, text, len) };
	const struct source *source = &plain.source;
	struct sink *sink = &plain.out;

	*sink = sink_make(out->arena, source->len + 1);
	if (md_parse(source->text, (MD_SIZE)source->len, &plain_parser,
		     &plain)) {
		sink->len = 0;
		put_words(sink, source->text, source->len);
	}
	while (sink->len && sink->data[sink->len - 1] == ' ')
		sink->len--;
	if (utf8_prefix(sink->data, sink->len, max) == sink->len) {
		buf_add(out, sink->data, sink->len);
		return;
	}
	buf_add(out, sink->data, utf8_prefix(sink->data, sink->len, max - 1));
	buf_str(out, "\xe2\x80\xa6");
}
