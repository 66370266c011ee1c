/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * RsaSignature2017, the signatures inside of activities that Mastodon and
 * PeerTube make: RSA with SHA-256 over hex(SHA-256(options)) and
 * hex(SHA-256(document)), both as canonical N-Quads, where the options are the
 * signature without type, id and signatureValue, and the document is without
 * the signature. They are needed only where an activity comes from another
 * than its actor (forwarded by a video's server, or by a relay).
 */
#ifndef CARDUME_LD_SIGNATURE_H
#define CARDUME_LD_SIGNATURE_H

#include <json-c/json.h>
#include <time.h>

#include "signature.h"
#include "task.h"

/* The URL of who signed, without the key's fragment; in the task's arena. NULL
 * where the document has no signature that we know. */
const char *ld_signature_creator(struct task *task, json_object *document);

enum ld_signature_check {
	LD_SIGNATURE_GOOD,
	/* Not made by this key, or of another document. */
	LD_SIGNATURE_WRONG,
	/* No such signature, a key that is none, a context we do not have, keys
	 * of the document that are not signed ...: fetch it from its origin. */
	LD_SIGNATURE_UNKNOWN,
};

/*
 * Was the document signed with this key (PEM, RSA)? That it is the key of the
 * document's actor is the caller's to see to: compare ld_signature_creator().
 * Good means that all of the document is signed, as the strict jsonld.h has
 * it. `why` is a sentence for the log where it is not good.
 */
enum ld_signature_check ld_signature_verify(struct task *task,
					    json_object *document,
					    const char *public_pem,
					    const char **why);

/*
 * Adds "signature" to a document of ours. Its creator is the actor's URL, as
 * PeerTube has it; `now` becomes its date. Fails with 500 when a context
 * does not define all keys: others would not take it then.
 */
void ld_signature_sign(struct task *task, json_object *document,
		       const char *actor_url, EVP_PKEY *key, time_t now);

#endif
