/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "content_type.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#define TYPE_MAX 512

const char *const content_type_activity[] = {
	"application/activity+json",
	"application/ld+json;profile=\"https://www.w3.org/ns/activitystreams\"",
	NULL
};
const char *const content_type_jrd[] = { "application/jrd+json",
					 "application/json", NULL };

/* One "; name=value"; the value without quotes. */
struct parameter {
	const char *name;
	size_t name_len;
	char value[TYPE_MAX];
};

static const char *skip_blanks(const char *at)
{
	return at + strspn(at, " \t");
}

/* A quoted string's contents; what follows it, or NULL. */
static const char *read_quoted(const char *at, char *value)
{
	for (at++; *at && *at != '"'; at++) {
		if (*at == '\\' && at[1])
			at++;
		*value++ = *at;
	}
	*value = '\0';
	return *at ? at + 1 : NULL;
}

static const char *read_token(const char *at, char *value)
{
	size_t len = strcspn(at, "; \t");

	memcpy(value, at, len);
	value[len] = '\0';
	return at + len;
}

/* The next parameter at a ';'; what follows it, or NULL at the end and where
 * it is malformed. */
static const char *read_parameter(const char *at, struct parameter *parameter)
{
	at = skip_blanks(at);
	if (*at != ';')
		return NULL;
	at = skip_blanks(at + 1);
	parameter->name = at;
	parameter->name_len = strcspn(at, "=; \t\"");
	at += parameter->name_len;
	parameter->value[0] = '\0';
	if (*at != '=')
		return *at && *at != ';' && *at != ' ' ? NULL : at;
	at++;
	return *at == '"' ? read_quoted(at, parameter->value) :
			    read_token(at, parameter->value);
}

/* The word is one of those that blanks divide. */
static bool has_word(const char *list, const char *word)
{
	size_t len = strlen(word);

	while (*(list += strspn(list, " "))) {
		size_t next = strcspn(list, " ");

		if (next == len && !memcmp(list, word, len))
			return true;
		list += next;
	}
	return false;
}

static bool find_profile(const char *type, struct parameter *found)
{
	const char *at = type + strcspn(type, ";");

	while ((at = read_parameter(at, found)))
		if (found->name_len == 7 &&
		    !strncasecmp(found->name, "profile", 7))
			return true;
	return false;
}

static bool is_one(const char *type, const char *ours)
{
	size_t len = strcspn(type, "; \t");
	struct parameter wanted, found;
	const char *rest = skip_blanks(type + len);

	if (len != strcspn(ours, ";") || strncasecmp(type, ours, len) ||
	    (*rest && *rest != ';'))
		return false;
	if (!find_profile(ours, &wanted))
		return true;
	return find_profile(type, &found) &&
	       has_word(found.value, wanted.value);
}

bool content_type_is(const char *type, const char *const *types)
{
	if (!type || strnlen(type, TYPE_MAX) == TYPE_MAX)
		return false;
	type = skip_blanks(type);
	for (; *types; types++)
		if (is_one(type, *types))
			return true;
	return false;
}
