/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * JSON-LD 1.1 (W3C) as far as ActivityPub uses it: a document becomes RDF
 * triples, as by the API's toRdf. Contexts are never fetched: known are
 * https://www.w3.org/ns/activitystreams, https://w3id.org/security/v1 and
 * https://w3id.org/identity/v1 (lib/contexts/), and what documents bring along.
 * There is no base IRI: relative IRIs are no IRIs.
 *
 * What ActivityPub does not use is refused, not passed over: contexts by other
 * URLs, scoped and protected ones, @base, @graph, @reverse, @nest, @included,
 * @json, directions, maps by index, id and type.
 */
#ifndef CARDUME_JSONLD_H
#define CARDUME_JSONLD_H

#include <json-c/json.h>
#include <stdbool.h>

#include "task.h"

/*
 * The document's canonical N-Quads (rdf.h), in the task's arena. NULL where it
 * cannot be told; then `why` is a sentence for the log.
 *
 * Strict: the triples must say all that the document says to somebody who
 * reads it as plain JSON. Refused is what would be dropped (a key no context
 * defines, a relative IRI), a context that does not begin with that of
 * ActivityStreams, that redefines one of its terms or has another name for
 * one, or that stands inside the document, and a key that says one of its
 * terms or a keyword in another way. This is more than the API's safe mode: it
 * keeps a signature of the triples from being used for a JSON of other words.
 */
const char *jsonld_canonical(struct task *task, json_object *document,
			     bool is_strict, const char **why);

#endif
