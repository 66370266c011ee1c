/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "multipart.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "url.h"
#include "utf8.h"

#define WINDOW ((size_t)64 * 1024)
#define MAX_BOUNDARY 70
/* CR LF "--" boundary */
#define MAX_DELIMITER (MAX_BOUNDARY + 4)
/* White space and line end behind a delimiter. */
#define MAX_PADDING ((size_t)80)
/* Where the closing delimiter of a promised last file must stand. */
#define TAIL ((size_t)4 * 1024)

static const char truncated[] = "The form's end is missing: it did not arrive"
				" completely.";
static const char unreadable[] = "The form could not be read.";
static const char malformed[] = "The form is malformed.";

struct reader {
	struct arena *arena;
	int fd;
	int64_t size;
	char delimiter[MAX_DELIMITER + 1];
	size_t delimiter_len;
	char *window;
	const char *error;
};

/* Bytes at `offset` into `out`, at most `len`; short only at the body's end. */
static size_t read_at(struct reader *reader, char *out, size_t len,
		      int64_t offset)
{
	size_t got = 0;

	if ((int64_t)len > reader->size - offset)
		len = (size_t)(reader->size - offset);
	while (got < len) {
		ssize_t n = pread(reader->fd, out + got, len - got,
				  offset + (int64_t)got);

		if (n <= 0) {
			reader->error = unreadable;
			return got;
		}
		got += (size_t)n;
	}
	return got;
}

/* What follows a delimiter: white space, then the line's end, or "--". */
enum follows { FOLLOWS_NOTHING, FOLLOWS_PART, FOLLOWS_END };

/* Looks at what is behind a delimiter; *length is how much of it that is. */
static enum follows look_behind(const char *text, size_t len, size_t *length)
{
	size_t i = 0;

	*length = 2;
	if (len >= 2 && !memcmp(text, "--", 2))
		return FOLLOWS_END;
	if (len > MAX_PADDING)
		len = MAX_PADDING;
	while (i < len && (text[i] == ' ' || text[i] == '\t'))
		i++;
	*length = i + 2;
	return len - i >= 2 && !memcmp(text + i, "\r\n", 2) ? FOLLOWS_PART :
							      FOLLOWS_NOTHING;
}

/* Of a window's `len` bytes: the first delimiter, its place in *at and what is
 * behind it in *next. Without one *at is how far was looked. */
static enum follows search_window(struct reader *reader, size_t len, size_t *at,
				  size_t *next)
{
	const char *window = reader->window;
	size_t from = 0, room, length;
	const char *hit;
	enum follows follows;

	while ((hit = memmem(window + from, len - from, reader->delimiter,
			     reader->delimiter_len))) {
		*at = (size_t)(hit - window);
		from = *at + reader->delimiter_len;
		room = len - from;
		if (len == WINDOW && room < MAX_PADDING && *at)
			return FOLLOWS_NOTHING;
		follows = look_behind(window + from, room, &length);
		*next = from + length;
		if (follows != FOLLOWS_NOTHING)
			return follows;
		from = *at + 1;
	}
	*at = len - (reader->delimiter_len - 1);
	return FOLLOWS_NOTHING;
}

/*
 * The first delimiter at or behind `from` and before `limit`; its place in
 * *found, what is behind it in *next.
 */
static enum follows find_delimiter(struct reader *reader, int64_t from,
				   int64_t limit, int64_t *found, int64_t *next)
{
	size_t len = WINDOW, at, behind;

	for (; len == WINDOW && from < limit; from += (int64_t)at) {
		enum follows follows;

		len = read_at(reader, reader->window, WINDOW, from);
		if (len < reader->delimiter_len || reader->error)
			return FOLLOWS_NOTHING;
		follows = search_window(reader, len, &at, &behind);
		if (follows == FOLLOWS_NOTHING)
			continue;
		*found = from + (int64_t)at;
		*next = from + (int64_t)behind;
		return *found < limit ? follows : FOLLOWS_NOTHING;
	}
	return FOLLOWS_NOTHING;
}

/* The closing delimiter within the body's last bytes. */
static bool find_at_tail(struct reader *reader, int64_t start, int64_t *found)
{
	int64_t from = reader->size - (int64_t)TAIL;
	int64_t next;

	*found = 0;
	if (from < start)
		from = start;
	for (;; from = *found + 1)
		switch (find_delimiter(reader, from, reader->size, found,
				       &next)) {
		case FOLLOWS_END: return true;
		case FOLLOWS_NOTHING: return false;
		case FOLLOWS_PART: break;
		}
}

static bool is_boundary_char(char c)
{
	return isalnum((unsigned char)c) || (c && strchr("'()+_,-./:=? ", c));
}

/* What stands behind "; NAME=" outside of quotes; NULL if that is nowhere. */
static const char *find_param(const char *line, const char *name)
{
	size_t len = strlen(name);
	bool quoted = false;

	for (const char *p = line; *p; p++) {
		const char *word = p + 1 + strspn(p + 1, " \t");

		if (*p == '\\' && quoted && p[1])
			p++;
		else if (*p == '"')
			quoted = !quoted;
		else if (*p == ';' && !quoted &&
			 !strncasecmp(word, name, len) && word[len] == '=')
			return word + len + 1;
	}
	return NULL;
}

/* The value of a parameter of a header line: token or quoted string; NULL if
 * there is none. A backslash hides only a quote or itself, because old
 * browsers send whole Windows paths. */
static char *header_param(struct arena *arena, const char *line,
			  const char *name)
{
	const char *from = find_param(line, name);
	char *value;
	size_t len = 0;

	if (!from)
		return NULL;
	if (*from != '"')
		return arena_strndup(arena, from, strcspn(from, "; \t"));
	value = arena_alloc(arena, strlen(from));
	for (from++; *from && *from != '"'; from++) {
		if (*from == '\\' && (from[1] == '"' || from[1] == '\\'))
			from++;
		value[len++] = *from;
	}
	return *from ? value : NULL;
}

static bool set_delimiter(struct reader *reader, const char *content_type)
{
	static const char wanted[] = "multipart/form-data";
	char *boundary;
	size_t len;

	if (!content_type || strncasecmp(content_type, wanted, strlen(wanted)))
		return false;
	boundary = header_param(reader->arena, content_type + strlen(wanted),
				"boundary");
	len = boundary ? strlen(boundary) : 0;
	if (len < 1 || len > MAX_BOUNDARY || boundary[len - 1] == ' ')
		return false;
	for (size_t i = 0; i < len; i++)
		if (!is_boundary_char(boundary[i]))
			return false;
	memcpy(reader->delimiter, "\r\n--", 4);
	memcpy(reader->delimiter + 4, boundary, len);
	reader->delimiter_len = len + 4;
	return true;
}

/* Browsers write " as %22 in names (WHATWG HTML, 4.10.21.8); CR and LF, which
 * they write as %0D and %0A, have no place in ours and stay like that. */
static void unescape_name(char *name)
{
	char *out = name;

	for (const char *p = name; *p; p++) {
		if (!strncmp(p, "%22", 3)) {
			*out++ = '"';
			p += 2;
		} else {
			*out++ = *p;
		}
	}
	*out = '\0';
}

static bool is_name(const char *name)
{
	if (!utf8_is_text(name, strlen(name)))
		return false;
	for (; *name; name++)
		if ((unsigned char)*name < 0x20 || *name == 0x7f)
			return false;
	return true;
}

/* filename*=UTF-8''percent-encoded (RFC 5987): not for forms by RFC 7578, but
 * sent by libraries all the same. */
static char *extended_filename(struct arena *arena, const char *line)
{
	char *value = header_param(arena, line, "filename*");

	if (!value || strncasecmp(value, "utf-8''", 7))
		return NULL;
	return url_decode(arena, value + 7, strlen(value + 7), false);
}

static const char *basename_of(const char *path)
{
	const char *name = path;

	for (; *path; path++)
		if (*path == '/' || *path == '\\')
			name = path + 1;
	return name;
}

static bool take_disposition(struct reader *reader, const char *value,
			     struct multipart_part *part)
{
	char *name, *filename;

	if (part->name || strncasecmp(value, "form-data", 9))
		return false;
	name = header_param(reader->arena, value + 9, "name");
	filename = extended_filename(reader->arena, value + 9);
	if (!filename)
		filename = header_param(reader->arena, value + 9, "filename");
	if (!name || !*name)
		return false;
	unescape_name(name);
	part->name = name;
	if (filename) {
		unescape_name(filename);
		part->filename = basename_of(filename);
	}
	return is_name(name) && (!filename || is_name(filename));
}

static bool take_header(struct reader *reader, const char *line,
			struct multipart_part *part)
{
	const char *value = strchr(line, ':');
	size_t len;

	if (!value)
		return false;
	len = (size_t)(value - line);
	value += 1 + strspn(value + 1, " \t");
	if (len == 19 && !strncasecmp(line, "content-disposition", len))
		return take_disposition(reader, value, part);
	if (len == 12 && !strncasecmp(line, "content-type", len))
		part->type = is_name(value) ? value : NULL;
	if (len == 25 && !strncasecmp(line, "content-transfer-encoding", len))
		return !strcasecmp(value, "binary") ||
		       !strcasecmp(value, "8bit") || !strcasecmp(value, "7bit");
	return true;
}

/* The part's header lines at `offset`; where its content starts in *start. */
static bool read_header(struct reader *reader, int64_t offset,
			struct multipart_part *part, int64_t *start)
{
	char *text = arena_alloc(reader->arena, MULTIPART_MAX_HEADER + 1);
	size_t len = read_at(reader, text, MULTIPART_MAX_HEADER, offset);
	const char *end = memmem(text, len, "\r\n\r\n", 4);

	if (!end || memchr(text, '\0', (size_t)(end - text)))
		return false;
	*start = offset + (end - text) + 4;
	text[end - text] = '\0';
	for (char *line = text, *next; line; line = next) {
		next = strstr(line, "\r\n");
		if (next) {
			*next = '\0';
			next += 2;
		}
		if (!take_header(reader, line, part))
			return false;
	}
	return part->name != NULL;
}

static bool read_field(struct reader *reader, struct multipart_part *part)
{
	char *value = arena_alloc(reader->arena, (size_t)part->size + 1);

	read_at(reader, value, (size_t)part->size, part->start);
	part->value = value;
	return !reader->error && utf8_is_text(value, (size_t)part->size);
}

static bool is_last(const struct multipart *form,
		    const struct multipart_part *part)
{
	const char *last = multipart_field(form, "last");

	return last && part->filename && !strcmp(last, part->name);
}

/* One part at *offset; moves it behind the part's delimiter. */
static enum follows read_part(struct reader *reader, struct multipart *form,
			      int64_t *offset)
{
	struct multipart_part *part = &form->parts[form->nr];
	enum follows follows = FOLLOWS_END;
	int64_t limit = reader->size;
	int64_t end;

	if (!read_header(reader, *offset, part, &part->start)) {
		reader->error = malformed;
		return FOLLOWS_NOTHING;
	}
	if (!part->filename &&
	    limit > part->start + (int64_t)MULTIPART_MAX_FIELD)
		limit = part->start + (int64_t)MULTIPART_MAX_FIELD + 1;
	/* An empty part's delimiter may begin with its header's last CR LF. */
	if (!is_last(form, part) ||
	    !find_at_tail(reader, part->start - 2, &end))
		follows = find_delimiter(reader, part->start - 2, limit, &end,
					 offset);
	if (follows == FOLLOWS_NOTHING) {
		reader->error = limit < reader->size ?
					"A field of the form is too long." :
					truncated;
		return follows;
	}
	part->size = end < part->start ? 0 : end - part->start;
	if (!part->filename && !read_field(reader, part))
		reader->error = "A field of the form is not UTF-8 text.";
	form->nr++;
	return follows;
}

const char *multipart_parse(struct multipart *form, struct arena *arena, int fd,
			    int64_t size, const char *content_type)
{
	struct reader reader = { .arena = arena, .fd = fd, .size = size };
	enum follows follows;
	int64_t found, offset;
	size_t skip = 2, len;

	memset(form, 0, sizeof(*form));
	if (!set_delimiter(&reader, content_type))
		return "This is not a multipart/form-data form.";
	reader.window = arena_alloc(arena, WINDOW);
	/* The first delimiter's CR LF belongs to the header, or a client sent
	 * it all the same; nothing else may stand before it. */
	len = read_at(&reader, reader.window, WINDOW, 0);
	if (len >= reader.delimiter_len && !memcmp(reader.window, "\r\n", 2))
		skip = 0;
	found = (int64_t)(reader.delimiter_len - skip);
	if (size < found ||
	    memcmp(reader.window, reader.delimiter + skip, (size_t)found))
		return size ? malformed : truncated;
	follows =
		look_behind(reader.window + found, len - (size_t)found, &skip);
	offset = found + (int64_t)skip;
	while (follows == FOLLOWS_PART && !reader.error) {
		if (form->nr == MULTIPART_MAX_PARTS)
			return "The form has too many parts.";
		follows = read_part(&reader, form, &offset);
	}
	if (!reader.error && follows != FOLLOWS_END)
		return malformed;
	return reader.error;
}

const char *multipart_field(const struct multipart *form, const char *name)
{
	for (size_t i = 0; i < form->nr; i++)
		if (form->parts[i].value && !strcmp(form->parts[i].name, name))
			return form->parts[i].value;
	return NULL;
}

const struct multipart_part *multipart_file(const struct multipart *form,
					    const char *name)
{
	for (size_t i = 0; i < form->nr; i++) {
		const struct multipart_part *part = &form->parts[i];

		if (part->filename && (*part->filename || part->size) &&
		    !strcmp(part->name, name))
			return part;
	}
	return NULL;
}
