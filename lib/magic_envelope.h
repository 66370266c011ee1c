/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What diaspora* pods send each other: an entity (a small XML document) in a
 * Magic Envelope (Salmon's, RSA-SHA256 alone) whose signer is named by its
 * diaspora* ID; to one person the envelope is encrypted. Format:
 * diaspora.github.io/diaspora_federation, "Magic Envelope", "Encryption" and
 * "Relayable".
 */
#ifndef CARDUME_MAGIC_ENVELOPE_H
#define CARDUME_MAGIC_ENVELOPE_H

#include <openssl/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "task.h"

struct magic_envelope {
	const char
		*author; /* who says to have signed it: "alice@pod.example" */
	const char *xml; /* the entity; a NUL behind it */
	size_t len;
	const char *signed_text;
	const uint8_t *signature;
	size_t nr_bytes; /* of the signature */
};

/* False when it is none, or is signed or encoded in another way than this. All
 * of it is the arena's. */
bool magic_envelope_read(struct arena *arena, const char *text, size_t len,
			 struct magic_envelope *envelope);
/* Made with this public key (PEM)? False also where that is no RSA key that we
 * trust (signature.h). */
bool magic_envelope_verify(struct task *task,
			   const struct magic_envelope *envelope,
			   const char *public_key);
/* The envelope of an entity; in the task's arena. */
const char *magic_envelope_make(struct task *task, EVP_PKEY *key,
				const char *author, const char *xml);

/*
 * The envelope in {"aes_key", "encrypted_magic_envelope"}, made for this
 * private key; NULL where it is not, for whatever reason: nobody is to learn
 * how far it was right (Bleichenbacher 1998).
 */
const char *private_envelope_open(struct task *task, EVP_PKEY *key,
				  const char *json, size_t json_len,
				  size_t *len);
/* The same JSON, for who has the private key of this public one (PEM); NULL
 * where that is no RSA key. */
const char *private_envelope_seal(struct task *task, const char *public_key,
				  const char *envelope);

#define POD_ENTITY_MAX_FIELDS 50

struct pod_field {
	const char *name;
	const char *value;
};

/* An entity's elements in their order; those with elements in them, which we
 * have no use for, left out. */
struct pod_entity {
	const char *name;
	struct pod_field fields[POD_ENTITY_MAX_FIELDS];
	size_t nr;
};

/* False when it is no entity: not well-formed, too much, or one name twice. */
bool pod_entity_read(struct arena *arena, const char *xml, size_t len,
		     struct pod_entity *entity);
/* The value of that name, or NULL. */
const char *pod_entity_value(const struct pod_entity *entity, const char *name);
/* Its XML. */
const char *pod_entity_xml(struct arena *arena,
			   const struct pod_entity *entity);

/* Relayables (comments, likes) also carry their author's own signature,
 * `author_signature`, over the values of all other elements. */
const char *relayable_sign(struct task *task, EVP_PKEY *key,
			   const struct pod_entity *entity);
/* As magic_envelope_verify(). */
bool relayable_verify(struct task *task, const struct pod_entity *entity,
		      const char *public_key);

#endif
