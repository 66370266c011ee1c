/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Small XML documents of strangers (XML 1.0), read from front to back, and
 * text for documents of our own. UTF-8 alone; no DTD, so that there are no
 * entities but the five of XML and numbers; comments and processing
 * instructions are passed over; names with their prefix, as they stand there.
 */
#ifndef CARDUME_XML_H
#define CARDUME_XML_H

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "buf.h"

#define XML_MAX_BYTES ((size_t)512 * 1024)
#define XML_MAX_DEPTH 16
#define XML_MAX_ELEMENTS 2000
#define XML_MAX_ATTRIBUTES 8 /* of one element */
#define XML_MAX_NAME 100 /* bytes */

enum xml_kind {
	XML_BAD, /* not well-formed, or past a limit; comes for ever then */
	XML_END, /* of the document; comes for ever then */
	XML_OPEN, /* <a>, also of <a/>, whose XML_CLOSE follows */
	XML_TEXT, /* all of a run, references decoded; never empty */
	XML_CLOSE,
};

struct xml_token {
	enum xml_kind kind;
	const char *name; /* of XML_OPEN and XML_CLOSE */
	const char *text; /* of XML_TEXT; a NUL behind it */
	size_t len;
};

struct xml_attribute {
	const char *name;
	const char *value;
};

/* What tokens point to is the arena's. */
struct xml_reader {
	struct arena *arena;
	const char *at;
	const char *end;
	const char *open[XML_MAX_DEPTH];
	size_t depth;
	size_t nr_elements;
	/* of the XML_OPEN that came last */
	struct xml_attribute attributes[XML_MAX_ATTRIBUTES];
	size_t nr_attributes;
	bool is_empty; /* it was <a/>: its close is due */
	bool is_bad;
};

struct xml_reader xml_reader(struct arena *arena, const char *text, size_t len);
struct xml_token xml_next(struct xml_reader *reader);

/* Text that XML can hold: & < > and carriage returns as references, what it
 * cannot hold at all left out. */
void xml_escape(struct buf *out, const char *text);
/* <name>text</name> and a newline. */
void xml_element(struct buf *out, const char *name, const char *text);

#endif
