/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What JSON-LD's texts are: keywords, IRIs, languages, terms. */
#include <stdarg.h>
#include <string.h>

#include "bug.h"
#include "jsonld_private.h"
#include "utf8.h"

bool jsonld_cannot(struct jsonld *ld, const char *fmt, ...)
{
	va_list args;

	if (ld->why)
		return false;
	va_start(args, fmt);
	ld->why = arena_vprintf(ld->task->arena, fmt, args);
	va_end(args);
	return false;
}

unsigned jsonld_bucket(const char *name)
{
	unsigned hash = 2166136261;

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619;
	return (hash ^ hash >> 16) % JSONLD_BUCKETS;
}

bool jsonld_is_keyword(const char *text)
{
	static const char *const keywords[] = {
		"@base",    "@container", "@context",	"@direction",
		"@graph",   "@id",	  "@import",	"@included",
		"@index",   "@json",	  "@language",	"@list",
		"@nest",    "@none",	  "@prefix",	"@propagate",
		"@reverse", "@set",	  "@protected", "@type",
		"@value",   "@version",	  "@vocab",
	};

	if (*text != '@')
		return false;
	for (size_t i = 0; i < ARRAY_LEN(keywords); i++)
		if (!strcmp(keywords[i], text))
			return true;
	return false;
}

bool jsonld_is_absolute(const char *text)
{
	const char *scheme = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			     "abcdefghijklmnopqrstuvwxyz0123456789+,-.";
	size_t len = strspn(text, scheme);

	if (strpbrk(text, " \t\n\v\f\r"))
		return false;
	if (!strncmp(text, "_:", 2))
		return true;
	return len && text[len] == ':' &&
	       ((*text >= 'A' && *text <= 'Z') ||
		(*text >= 'a' && *text <= 'z'));
}

/* "pt", "zh-Hant": pieces of up to 8 letters or digits, first of letters. */
static bool is_language_tag(const char *tag)
{
	const char *letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			      "abcdefghijklmnopqrstuvwxyz0123456789";
	size_t len;

	if (strcspn(tag, "0123456789") < strcspn(tag, "-"))
		return false;
	for (; (len = strspn(tag, letters)) && len <= 8; tag += len + 1)
		if (tag[len] != '-')
			return !tag[len];
	return false;
}

const char *jsonld_language(struct jsonld *ld, const char *tag)
{
	if (ld->is_strict && !is_language_tag(tag))
		jsonld_cannot(ld, "\"%.40s\" is no language.", tag);
	return utf8_lower(ld->task->arena, tag);
}

const struct jsonld_term *jsonld_term(const struct jsonld_context *context,
				      const char *name)
{
	const struct jsonld_term *term = context->buckets[jsonld_bucket(name)];

	while (term && strcmp(term->name, name))
		term = term->next;
	return term;
}

bool jsonld_is_same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

bool jsonld_is_guarded(const struct jsonld *ld, const char *iri)
{
	for (size_t i = 0; iri && ld->guarded && i < JSONLD_BUCKETS; i++)
		for (const struct jsonld_term *term = ld->guarded->buckets[i];
		     term; term = term->next)
			if (jsonld_is_same(term->iri, iri))
				return true;
	return false;
}
