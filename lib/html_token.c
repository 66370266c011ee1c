/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "html_token.h"

#include <string.h>
#include <strings.h>

#include "bug.h"
#include "url.h"

/* Elements whose content is dropped: up to the first end tag of the name, to
 * the one that fits the start tag, to the end of the text. */
enum content { SHOWN, RAW, NESTED, ENDLESS };

struct name {
	char name[12];
	enum html_tag tag;
	enum content content;
};

static const struct name names[] = {
	{ "p", HTML_P, SHOWN },
	{ "br", HTML_BR, SHOWN },
	{ "a", HTML_A, SHOWN },
	{ "strong", HTML_STRONG, SHOWN },
	{ "b", HTML_STRONG, SHOWN },
	{ "em", HTML_EM, SHOWN },
	{ "i", HTML_EM, SHOWN },
	{ "del", HTML_DEL, SHOWN },
	{ "s", HTML_DEL, SHOWN },
	{ "strike", HTML_DEL, SHOWN },
	{ "code", HTML_CODE, SHOWN },
	{ "pre", HTML_PRE, SHOWN },
	{ "blockquote", HTML_BLOCKQUOTE, SHOWN },
	{ "ul", HTML_UL, SHOWN },
	{ "ol", HTML_OL, SHOWN },
	{ "li", HTML_LI, SHOWN },
	{ "span", HTML_SPAN, SHOWN },
	{ "h1", HTML_HEADING, SHOWN },
	{ "h2", HTML_HEADING, SHOWN },
	{ "h3", HTML_HEADING, SHOWN },
	{ "h4", HTML_HEADING, SHOWN },
	{ "h5", HTML_HEADING, SHOWN },
	{ "h6", HTML_HEADING, SHOWN },
	{ "div", HTML_P, SHOWN },
	{ "section", HTML_P, SHOWN },
	{ "article", HTML_P, SHOWN },
	{ "figure", HTML_P, SHOWN },
	{ "figcaption", HTML_P, SHOWN },
	{ "dt", HTML_P, SHOWN },
	{ "dd", HTML_P, SHOWN },
	{ "tr", HTML_P, SHOWN },
	{ "script", HTML_TAGS, RAW },
	{ "style", HTML_TAGS, RAW },
	{ "textarea", HTML_TAGS, RAW },
	{ "title", HTML_TAGS, RAW },
	{ "xmp", HTML_TAGS, RAW },
	{ "iframe", HTML_TAGS, RAW },
	{ "noembed", HTML_TAGS, RAW },
	{ "noframes", HTML_TAGS, RAW },
	{ "noscript", HTML_TAGS, RAW },
	{ "svg", HTML_TAGS, NESTED },
	{ "math", HTML_TAGS, NESTED },
	{ "template", HTML_TAGS, NESTED },
	{ "plaintext", HTML_TAGS, ENDLESS },
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The byte so far ahead; NUL behind the end. */
static char peek(const struct html_reader *reader, size_t ahead)
{
	return ahead < reader->len - reader->at ?
		       reader->text[reader->at + ahead] :
		       '\0';
}

static bool is_end(const struct html_reader *reader)
{
	return reader->at >= reader->len;
}

static bool is_name_end(char c)
{
	return is_space(c) || c == '/' || c == '>';
}

/* Comments and what a browser takes for one */

/* To what is behind the next `end`, or to the end of all. */
static void skip_past(struct html_reader *reader, const char *end)
{
	const char *found = memmem(reader->text + reader->at,
				   reader->len - reader->at, end, strlen(end));

	reader->at = found ? (size_t)(found - reader->text) + strlen(end) :
			     reader->len;
}

/* Stands behind "<!--". "-->" ends it, "--!>" too, and ">" or "->" at once. */
static void skip_comment(struct html_reader *reader)
{
	if (peek(reader, 0) == '>' ||
	    (peek(reader, 0) == '-' && peek(reader, 1) == '>')) {
		skip_past(reader, ">");
		return;
	}
	for (; !is_end(reader); reader->at++) {
		if (peek(reader, 0) != '-' || peek(reader, 1) != '-')
			continue;
		if (peek(reader, 2) == '>' ||
		    (peek(reader, 2) == '!' && peek(reader, 3) == '>')) {
			skip_past(reader, ">");
			return;
		}
	}
}

/* Tags */

static const struct name *find_name(const char *text, size_t len)
{
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strlen(names[i].name) == len &&
		    !strncasecmp(names[i].name, text, len))
			return &names[i];
	return NULL;
}

static const struct name *read_name(struct html_reader *reader)
{
	const char *start = reader->text + reader->at;

	while (!is_end(reader) && !is_name_end(peek(reader, 0)))
		reader->at++;
	return find_name(start, (size_t)(reader->text + reader->at - start));
}

static void skip_spaces(struct html_reader *reader)
{
	while (!is_end(reader) && is_space(peek(reader, 0)))
		reader->at++;
}

/* What is behind "=": the value without its quotes. */
static void read_value(struct html_reader *reader, const char **value,
		       size_t *len)
{
	char quote;

	skip_spaces(reader);
	quote = peek(reader, 0);
	if (quote != '"' && quote != '\'')
		quote = '\0';
	else
		reader->at++;
	*value = reader->text + reader->at;
	while (!is_end(reader) &&
	       (quote ? peek(reader, 0) != quote :
			!is_space(peek(reader, 0)) && peek(reader, 0) != '>'))
		reader->at++;
	*len = (size_t)(reader->text + reader->at - *value);
	if (quote && !is_end(reader))
		reader->at++;
}

/* Stands at an attribute's first character, which may be '='. */
static void read_attribute(struct html_reader *reader, struct html_token *token)
{
	const char *name = reader->text + reader->at;
	const char *value = NULL;
	size_t name_len, len = 0;

	do
		reader->at++;
	while (!is_end(reader) && !is_name_end(peek(reader, 0)) &&
	       peek(reader, 0) != '=');
	name_len = (size_t)(reader->text + reader->at - name);
	skip_spaces(reader);
	if (peek(reader, 0) == '=') {
		reader->at++;
		read_value(reader, &value, &len);
	}
	if (value && !token->text && name_len == 4 &&
	    !strncasecmp(name, "href", 4)) {
		token->text = value;
		token->len = len;
	}
}

/* To what is behind the tag's '>'. False when the text ends before. */
static bool read_attributes(struct html_reader *reader,
			    struct html_token *token, bool *is_self_closing)
{
	*is_self_closing = false;
	while (!is_end(reader) && peek(reader, 0) != '>') {
		*is_self_closing = peek(reader, 0) == '/';
		if (is_space(peek(reader, 0)) || *is_self_closing)
			reader->at++;
		else
			read_attribute(reader, token);
	}
	if (is_end(reader))
		return false;
	reader->at++;
	return true;
}

/* Whether the name begins so far ahead and ends there. */
static bool is_tag(const struct html_reader *reader, size_t ahead,
		   const char *name)
{
	size_t len = strlen(name);

	return reader->len - reader->at > ahead + len &&
	       !strncasecmp(reader->text + reader->at + ahead, name, len) &&
	       is_name_end(peek(reader, ahead + len));
}

/* To the end tag, which is passed over as any unlisted one. */
static void skip_content(struct html_reader *reader, const struct name *name)
{
	size_t depth = 1;

	if (name->content == ENDLESS)
		reader->at = reader->len;
	for (; !is_end(reader); reader->at++) {
		if (peek(reader, 0) != '<')
			continue;
		if (peek(reader, 1) == '/' && is_tag(reader, 2, name->name))
			depth--;
		else if (name->content == NESTED &&
			 is_tag(reader, 1, name->name))
			depth++;
		if (!depth)
			return;
	}
}

/* Stands behind '<' at a letter. Fills the token when the tag is listed. */
static void read_open(struct html_reader *reader, struct html_token *token)
{
	const struct name *name = read_name(reader);
	bool is_self_closing;

	if (!read_attributes(reader, token, &is_self_closing) || !name)
		return;
	if (name->content == SHOWN) {
		token->kind = HTML_OPEN;
		token->tag = name->tag;
	} else if (name->content != NESTED || !is_self_closing) {
		skip_content(reader, name);
	}
}

static void read_close(struct html_reader *reader, struct html_token *token)
{
	const struct name *name = read_name(reader);
	bool is_self_closing;

	if (!read_attributes(reader, token, &is_self_closing) || !name ||
	    name->content != SHOWN)
		return;
	token->kind = HTML_CLOSE;
	token->tag = name->tag;
}

/* Stands at '<'. HTML_END in the token when nothing is to be told. */
static void read_markup(struct html_reader *reader, struct html_token *token)
{
	char next = peek(reader, 1);

	if (is_letter(next)) {
		reader->at++;
		read_open(reader, token);
	} else if (next == '/' && is_letter(peek(reader, 2))) {
		reader->at += 2;
		read_close(reader, token);
	} else if (next == '!' && peek(reader, 2) == '-' &&
		   peek(reader, 3) == '-') {
		reader->at += 4;
		skip_comment(reader);
	} else if (next == '!' || next == '?' ||
		   (next == '/' && reader->len - reader->at > 2)) {
		skip_past(reader, ">");
	} else {
		token->kind = HTML_TEXT;
		token->text = reader->text + reader->at++;
		token->len = 1;
	}
}

/* A reference, or what is before the next '&' and '<'. */
static void read_text(struct html_reader *reader, struct html_token *token)
{
	const char *start = reader->text + reader->at;
	size_t size = 0;

	token->kind = HTML_TEXT;
	if (*start == '&')
		size = entity_read(start, reader->len - reader->at,
				   reader->bytes, &token->len);
	if (size) {
		token->text = reader->bytes;
		reader->at += size;
		return;
	}
	do
		reader->at++;
	while (!is_end(reader) && peek(reader, 0) != '<' &&
	       peek(reader, 0) != '&');
	token->text = start;
	token->len = (size_t)(reader->text + reader->at - start);
}

struct html_token html_next(struct html_reader *reader)
{
	struct html_token token = { .kind = HTML_END };

	while (token.kind == HTML_END && !is_end(reader)) {
		token = (struct html_token){ .kind = HTML_END };
		if (peek(reader, 0) == '<')
			read_markup(reader, &token);
		else
			read_text(reader, &token);
	}
	return token;
}

/* Targets of links */

static bool decode(const struct html_token *token, char url[HTML_URL_MAX],
		   size_t *len)
{
	*len = 0;
	for (size_t i = 0; i < token->len;) {
		const char *from = token->text + i;
		char bytes[ENTITY_BYTES];
		size_t nr = 0, size = 0;

		if (*from == '&')
			size = entity_read(from, token->len - i, bytes, &nr);
		if (size)
			from = bytes;
		else
			nr = size = 1;
		if (nr > HTML_URL_MAX - *len)
			return false;
		memcpy(url + *len, from, nr);
		*len += nr;
		i += size;
	}
	return true;
}

static void lower_authority(char *url, size_t len)
{
	size_t slashes = 0;

	for (size_t i = 0; i < len && url[i] != '?' && url[i] != '#'; i++) {
		if (url[i] == '/' && ++slashes > 2)
			return;
		if (url[i] >= 'A' && url[i] <= 'Z')
			url[i] = (char)(url[i] - 'A' + 'a');
	}
}

bool html_href(const struct html_token *token, char url[HTML_URL_MAX],
	       size_t *len)
{
	size_t start = 0;

	if (!token->text || !decode(token, url, len))
		return false;
	while (*len && (unsigned char)url[*len - 1] <= ' ')
		--*len;
	while (start < *len && (unsigned char)url[start] <= ' ')
		start++;
	*len -= start;
	memmove(url, url + start, *len);
	lower_authority(url, *len);
	return url_is_web(url, *len);
}
