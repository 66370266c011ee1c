/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * RDF triples and their canonical text: N-Quads (W3C) in which the blank nodes
 * are named by URDNA2015 (RDF Dataset Canonicalization), of the default graph
 * alone.
 */
#ifndef CARDUME_RDF_H
#define CARDUME_RDF_H

#include <stddef.h>

#include "task.h"

enum rdf_kind {
	RDF_NONE, /* what RDF has no place for: a relative IRI */
	RDF_IRI,
	RDF_BLANK,
	RDF_LITERAL,
};

struct rdf_term {
	enum rdf_kind kind;
	const char *value; /* an IRI, or a literal's text */
	const char *datatype; /* of a literal; NULL: xsd:string */
	const char *language; /* of a literal, or NULL */
	size_t blank; /* a blank node's number, below rdf.nr_blanks */
};

struct rdf_triple {
	struct rdf_term subject; /* an IRI or a blank node */
	const char *predicate;
	struct rdf_term object;
};

/* All zero is empty. Texts are the caller's and must live as long. */
struct rdf {
	struct rdf_triple *triples;
	size_t nr, capacity;
	size_t nr_blanks;
};

struct rdf_term rdf_iri(const char *iri);
struct rdf_term rdf_new_blank(struct rdf *rdf);
void rdf_add(struct task *task, struct rdf *rdf, struct rdf_term subject,
	     const char *predicate, struct rdf_term object);

/*
 * The canonical text in the task's arena: sorted lines, each once. NULL where
 * it would take too much work: triples can be made whose blank nodes are told
 * apart by nothing but trying all orders (some milliseconds are tried).
 */
const char *rdf_canonical(struct task *task, const struct rdf *rdf);

#endif
