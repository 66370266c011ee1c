/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What contexts (lib/jsonld_context.c) and documents (lib/jsonld.c) share. */
#ifndef CARDUME_JSONLD_PRIVATE_H
#define CARDUME_JSONLD_PRIVATE_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

#include "task.h"

/* The contexts of lib/contexts/, a NULL name behind the last (contexts.c,
 * made by tools/contexts.awk). */
struct jsonld_bundled {
	const char *name; /* of the file, without ".json" */
	const char *text;
};
extern const struct jsonld_bundled jsonld_bundled[];

enum {
	JSONLD_LIST = 1,
	JSONLD_SET = 2,
	JSONLD_LANGUAGE = 4,
};

/* A term's definition; never changed, so that contexts share them. */
struct jsonld_term {
	const char *name;
	const char *iri; /* or a keyword; NULL: it means nothing */
	const char *type; /* "@id", "@vocab", "@json", an IRI, or NULL */
	const char *language; /* lower case; NULL: none */
	bool has_language; /* `language` is this term's own */
	bool is_prefix;
	unsigned containers; /* JSONLD_LIST ... */
	const struct jsonld_term *next; /* in its bucket */
};

#define JSONLD_BUCKETS 128

struct jsonld_context {
	const struct jsonld_term *buckets[JSONLD_BUCKETS]; /* newest first */
	const char *vocab; /* NULL: none */
	const char *language; /* lower case, or NULL */
};

/* One document. */
struct jsonld {
	struct task *task;
	bool is_strict;
	/* Strict: ActivityStreams' context, once it was read. */
	const struct jsonld_context *guarded;
	size_t nr_contexts; /* read so far */
	const char *why; /* set once: it cannot be told, nothing more is done */
};

/* Sets `why`, unless it is set; false. */
bool jsonld_cannot(struct jsonld *ld, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The same text, or both NULL. */
bool jsonld_is_same(const char *a, const char *b);
unsigned jsonld_bucket(const char *name);
bool jsonld_is_keyword(const char *text);
/* "scheme:..." or "_:...", without white space. */
bool jsonld_is_absolute(const char *text);

/* A language tag in lower case; strict: no other than BCP 47's form. */
const char *jsonld_language(struct jsonld *ld, const char *tag);

/* Strict: is that what a term of ActivityStreams means? */
bool jsonld_is_guarded(const struct jsonld *ld, const char *iri);

/* NULL: not defined. */
const struct jsonld_term *jsonld_term(const struct jsonld_context *context,
				      const char *name);
/* A key, a type (`is_vocab`) or an id as an IRI; what is none comes back as
 * it is. NULL: it means nothing. */
const char *jsonld_iri(struct jsonld *ld, const struct jsonld_context *context,
		       const char *text, bool is_vocab);

/* The context that `active` becomes by the value of a @context (which may be
 * NULL, JSON's null). NULL with `why` set. */
const struct jsonld_context *
jsonld_context_with(struct jsonld *ld, const struct jsonld_context *active,
		    json_object *local);

#endif
