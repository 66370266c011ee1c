/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "xml.h"

#include <stdint.h>
#include <string.h>

#include "hex.h"
#include "utf8.h"

#define SPACE " \t\r\n"
#define REFERENCE_MAX 10 /* "&#x10ffff;" */

struct xml_reader xml_reader(struct arena *arena, const char *text, size_t len)
{
	struct xml_reader reader = { .arena = arena };

	if (len >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) {
		text += 3;
		len -= 3;
	}
	reader.is_bad = len > XML_MAX_BYTES || !utf8_is_text(text, len);
	/* A NUL behind it, so that what is looked for ends somewhere. */
	reader.at = reader.is_bad ? "" : arena_strndup(arena, text, len);
	reader.end = reader.at + (reader.is_bad ? 0 : len);
	return reader;
}

static struct xml_token bad(struct xml_reader *reader)
{
	reader->is_bad = true;
	return (struct xml_token){ .kind = XML_BAD };
}

static void skip_space(struct xml_reader *reader)
{
	reader->at += strspn(reader->at, SPACE);
}

static bool skip(struct xml_reader *reader, const char *what)
{
	size_t len = strlen(what);

	if (strncmp(reader->at, what, len) != 0)
		return false;
	reader->at += len;
	return true;
}

/* --- characters ---------------------------------------------------------- */

/* XML 1.0, 2.2. */
static bool is_char(uint32_t code)
{
	return code == '\t' || code == '\n' || code == '\r' ||
	       (code >= 0x20 && code <= 0xd7ff) ||
	       (code >= 0xe000 && code <= 0xfffd) ||
	       (code >= 0x10000 && code <= 0x10ffff);
}

/* "#65" or "#x41"; 0: neither. */
static uint32_t number_of(const char *text, size_t len)
{
	uint32_t base = text[1] == 'x' ? 16 : 10;
	size_t i = base == 16 ? 2 : 1;
	uint32_t code = 0;

	if (i >= len)
		return 0;
	for (; i < len; i++) {
		int digit = hex_digit(text[i]);

		if (digit < 0 || (uint32_t)digit >= base)
			return 0;
		code = code * base + (uint32_t)digit;
	}
	return is_char(code) ? code : 0;
}

static uint32_t reference(const char *text, size_t len)
{
	static const struct {
		const char *name;
		char c;
	} five[] = { { "amp", '&' },
		     { "lt", '<' },
		     { "gt", '>' },
		     { "quot", '"' },
		     { "apos", '\'' } };

	if (*text == '#')
		return number_of(text, len);
	for (size_t i = 0; i < sizeof(five) / sizeof(five[0]); i++)
		if (strlen(five[i].name) == len &&
		    !memcmp(five[i].name, text, len))
			return (unsigned char)five[i].c;
	return 0;
}

static bool add_reference(struct xml_reader *reader, struct buf *out)
{
	const char *name = reader->at + 1;
	size_t len = strcspn(name, "; \t\r\n<&");
	char bytes[4];
	uint32_t code;

	if (len == 0 || len > REFERENCE_MAX - 2 || name[len] != ';')
		return false;
	code = reference(name, len);
	if (!code)
		return false;
	buf_add(out, bytes, utf8_encode(bytes, code));
	reader->at = name + len + 1;
	return true;
}

/* One byte as it is: ends of lines become newlines (2.11). */
static bool add_byte(struct xml_reader *reader, struct buf *out)
{
	unsigned char c = (unsigned char)*reader->at++;

	if (c == '\r') {
		if (*reader->at == '\n')
			reader->at++;
		c = '\n';
	}
	/* U+FFFE and U+FFFF */
	if (!is_char(c) || (c == 0xef && (!strncmp(reader->at, "\xbf\xbe", 2) ||
					  !strncmp(reader->at, "\xbf\xbf", 2))))
		return false;
	buf_char(out, (char)c);
	return true;
}

static struct buf bytes_of(struct xml_reader *reader)
{
	return buf_make(reader->arena, (size_t)(reader->end - reader->at) + 4);
}

/* --- what is passed over ------------------------------------------------- */

/* Behind the next `what`; false: there is none. */
static bool skip_past(struct xml_reader *reader, const char *what)
{
	const char *found = strstr(reader->at, what);

	if (!found)
		return false;
	reader->at = found + strlen(what);
	return true;
}

/* Comments and processing instructions at this place. */
static bool skip_misc(struct xml_reader *reader)
{
	for (;;) {
		if (skip(reader, "<!--")) {
			if (!skip_past(reader, "-->"))
				return false;
		} else if (skip(reader, "<?")) {
			if (!skip_past(reader, "?>"))
				return false;
		} else {
			return true;
		}
	}
}

/* --- tags ---------------------------------------------------------------- */

static bool is_name_char(char c, bool is_first)
{
	bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			 c == '_' || ((unsigned char)c & 0x80);

	return is_letter || (!is_first && ((c >= '0' && c <= '9') || c == '-' ||
					   c == '.' || c == ':'));
}

/* NULL: there is no name here. */
static const char *take_name(struct xml_reader *reader)
{
	const char *start = reader->at;

	while (is_name_char(*reader->at, reader->at == start))
		reader->at++;
	if (reader->at == start || reader->at - start > XML_MAX_NAME)
		return NULL;
	return arena_strndup(reader->arena, start,
			     (size_t)(reader->at - start));
}

/* NULL: there is no quoted value here. */
static const char *take_value(struct xml_reader *reader)
{
	char quote = *reader->at;
	struct buf value;

	if (quote != '"' && quote != '\'')
		return NULL;
	reader->at++;
	value = bytes_of(reader);
	while (*reader->at != quote) {
		if (*reader->at == '<' || reader->at == reader->end ||
		    !(*reader->at == '&' ? add_reference(reader, &value) :
					   add_byte(reader, &value)))
			return NULL;
	}
	reader->at++;
	return value.data;
}

static bool take_attribute(struct xml_reader *reader)
{
	struct xml_attribute *attribute;

	if (reader->nr_attributes == XML_MAX_ATTRIBUTES)
		return false;
	attribute = &reader->attributes[reader->nr_attributes];
	attribute->name = take_name(reader);
	skip_space(reader);
	if (!attribute->name || !skip(reader, "="))
		return false;
	skip_space(reader);
	attribute->value = take_value(reader);
	for (size_t i = 0; i < reader->nr_attributes; i++)
		if (!strcmp(reader->attributes[i].name, attribute->name))
			return false;
	reader->nr_attributes++;
	return attribute->value != NULL;
}

static struct xml_token take_open(struct xml_reader *reader)
{
	struct xml_token token = { .kind = XML_OPEN };

	reader->nr_attributes = 0;
	token.name = take_name(reader);
	if (!token.name || reader->depth == XML_MAX_DEPTH ||
	    ++reader->nr_elements > XML_MAX_ELEMENTS)
		return bad(reader);
	reader->open[reader->depth++] = token.name;
	while (strchr(SPACE, *reader->at) && *reader->at) {
		skip_space(reader);
		if (*reader->at == '>' || *reader->at == '/')
			break;
		if (!take_attribute(reader))
			return bad(reader);
	}
	reader->is_empty = skip(reader, "/");
	return skip(reader, ">") ? token : bad(reader);
}

static struct xml_token close_one(struct xml_reader *reader)
{
	struct xml_token token = { .kind = XML_CLOSE };

	token.name = reader->open[--reader->depth];
	return token;
}

static struct xml_token take_close(struct xml_reader *reader)
{
	const char *name = take_name(reader);

	skip_space(reader);
	if (!name || !reader->depth || !skip(reader, ">") ||
	    strcmp(reader->open[reader->depth - 1], name) != 0)
		return bad(reader);
	return close_one(reader);
}

/* --- text ---------------------------------------------------------------- */

static bool add_cdata(struct xml_reader *reader, struct buf *out)
{
	while (!skip(reader, "]]>"))
		if (reader->at == reader->end || !add_byte(reader, out))
			return false;
	return true;
}

/* Adds what is no tag; false: a tag comes, or what is not well-formed. */
static bool add_piece(struct xml_reader *reader, struct buf *out)
{
	bool is_good = true;

	if (skip(reader, "<![CDATA["))
		is_good = add_cdata(reader, out);
	else if (*reader->at == '&')
		is_good = add_reference(reader, out);
	else if (!strncmp(reader->at, "<!--", 4) ||
		 !strncmp(reader->at, "<?", 2))
		is_good = skip_misc(reader);
	else if (*reader->at == '<' || reader->at == reader->end)
		return false;
	else
		is_good = strncmp(reader->at, "]]>", 3) != 0 &&
			  add_byte(reader, out);
	if (!is_good)
		reader->is_bad = true;
	return is_good;
}

static struct xml_token take_text(struct xml_reader *reader)
{
	struct buf text = bytes_of(reader);

	while (add_piece(reader, &text))
		;
	return (struct xml_token){ .kind = XML_TEXT,
				   .text = text.data,
				   .len = text.len };
}

/* Outside of the root: nothing but white space. */
static bool skip_outside(struct xml_reader *reader)
{
	const char *before;

	do {
		before = reader->at;
		skip_space(reader);
		if (!skip_misc(reader))
			return false;
	} while (reader->at != before);
	return true;
}

static struct xml_token take_tag(struct xml_reader *reader)
{
	if (skip(reader, "</"))
		return take_close(reader);
	if (!skip(reader, "<"))
		return bad(reader);
	return take_open(reader);
}

struct xml_token xml_next(struct xml_reader *reader)
{
	struct xml_token token = { .len = 0 };

	if (reader->is_bad)
		return bad(reader);
	if (reader->is_empty) {
		reader->is_empty = false;
		return close_one(reader);
	}
	if (reader->depth)
		token = take_text(reader);
	else if (!skip_outside(reader))
		return bad(reader);
	if (reader->is_bad)
		return bad(reader);
	if (token.len)
		return token;
	if (reader->depth || !reader->nr_elements)
		return take_tag(reader);
	if (reader->at != reader->end)
		return bad(reader);
	return (struct xml_token){ .kind = XML_END };
}

/* --- writing ------------------------------------------------------------- */

void xml_escape(struct buf *out, const char *text)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '&')
			buf_str(out, "&amp;");
		else if (c == '<')
			buf_str(out, "&lt;");
		else if (c == '>')
			buf_str(out, "&gt;");
		else if (c == '\r')
			buf_str(out, "&#13;");
		else if (c == 0xef && (!strncmp(text + 1, "\xbf\xbe", 2) ||
				       !strncmp(text + 1, "\xbf\xbf", 2)))
			text += 2;
		else if (is_char(c))
			buf_char(out, (char)c);
	}
}

void xml_element(struct buf *out, const char *name, const char *text)
{
	buf_printf(out, "<%s>", name);
	xml_escape(out, text);
	buf_printf(out, "</%s>\n", name);
}
