/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "link.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "url.h"

#define VALUE_MAX 2000

struct attribute {
	const char *name;
	size_t name_len;
	const char *value;
	size_t value_len;
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* The next name="value" of a tag that ends at `end`; false where there is
 * none. */
static bool next_attribute(const char **at, const char *end,
			   struct attribute *attribute)
{
	const char *p = *at;
	char quote;

	*attribute = (struct attribute){ 0 };
	while (p < end && (is_space(*p) || *p == '/'))
		p++;
	attribute->name = p;
	while (p < end && !is_space(*p) && *p != '=' && *p != '/')
		p++;
	attribute->name_len = (size_t)(p - attribute->name);
	if (p < end && *p == '=' && ++p < end && (*p == '"' || *p == '\'')) {
		quote = *p++;
		attribute->value = p;
		while (p < end && *p != quote)
			p++;
		attribute->value_len = (size_t)(p - attribute->value);
		p += p < end;
	} else {
		attribute->value = p;
		while (p < end && !is_space(*p))
			p++;
		attribute->value_len = (size_t)(p - attribute->value);
	}
	*at = p;
	return p < end || attribute->name_len;
}

static bool is(const char *text, size_t len, const char *word)
{
	return len == strlen(word) && !strncasecmp(text, word, len);
}

/* Behind the tag's '>', or NULL; quoted ones do not end it. */
static const char *tag_end(const char *p, const char *end)
{
	char quote = '\0';

	for (; p < end; p++) {
		if (quote)
			quote = *p == quote ? '\0' : quote;
		else if (*p == '"' || *p == '\'')
			quote = *p;
		else if (*p == '>')
			return p;
	}
	return NULL;
}

/* A copy with `&amp;`, the one entity of URLs, undone. */
static const char *plain(struct arena *arena, const char *value, size_t len)
{
	char *copy = arena_alloc(arena, len + 1);
	size_t nr = 0;

	for (size_t i = 0; i < len; i++) {
		copy[nr++] = value[i];
		if (len - i >= 5 && !memcmp(value + i, "&amp;", 5))
			i += 4;
	}
	copy[nr] = '\0';
	return copy;
}

struct wanted {
	const char *rel;
	const char *type; /* NULL: any */
	const char *attribute;
};

static const char *wanted_of(struct arena *arena, const char *at,
			     const char *end, const struct wanted *wanted)
{
	struct attribute a;
	bool is_rel = false, is_type = !wanted->type;
	const char *found = NULL;

	while (next_attribute(&at, end, &a)) {
		if (is(a.name, a.name_len, "rel"))
			is_rel = is(a.value, a.value_len, wanted->rel);
		else if (is(a.name, a.name_len, "type") && wanted->type)
			is_type = is(a.value, a.value_len, wanted->type);
		else if (is(a.name, a.name_len, wanted->attribute) &&
			 a.value_len <= VALUE_MAX)
			found = plain(arena, a.value, a.value_len);
	}
	return is_rel && is_type ? found : NULL;
}

static const char *find(struct arena *arena, const char *text, size_t len,
			const struct wanted *wanted)
{
	const char *end = text + len;
	const char *p = text;

	while (p < end && (p = memchr(p, '<', (size_t)(end - p)))) {
		const char *stop, *found;

		p++;
		if (end - p < 5 || strncasecmp(p, "link", 4) != 0 ||
		    !is_space(p[4]))
			continue;
		stop = tag_end(p, end);
		if (!stop)
			return NULL;
		found = wanted_of(arena, p + 4, stop, wanted);
		if (found)
			return found;
		p = stop;
	}
	return NULL;
}

const char *link_of_page(struct arena *arena, const char *html, size_t len)
{
	static const struct wanted wanted = { "alternate",
					      "application/activity+json",
					      "href" };
	const char *url = find(arena, html, len, &wanted);

	return url && url_host(arena, url) ? url : NULL;
}

const char *link_template(struct arena *arena, const char *xml, size_t len)
{
	static const struct wanted wanted = { "lrdd", NULL, "template" };

	return find(arena, xml, len, &wanted);
}
