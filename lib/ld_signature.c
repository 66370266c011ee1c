/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ld_signature.h"

#include <string.h>

#include "base64.h"
#include "bug.h"
#include "hash.h"
#include "hex.h"
#include "json.h"
#include "jsonld.h"

#define TYPE "RsaSignature2017"

/* The signature member, where it is one that we know. */
static json_object *signature_of(json_object *document)
{
	json_object *signature = json_member(document, "signature");
	const char *type = json_text(signature, "type");

	return type && !strcmp(type, TYPE) && json_text(signature, "creator") &&
			       json_text(signature, "signatureValue") ?
		       signature :
		       NULL;
}

const char *ld_signature_creator(struct task *task, json_object *document)
{
	json_object *signature = signature_of(document);
	const char *creator = json_text(signature, "creator");

	return creator ? arena_strndup(task->arena, creator,
				       strcspn(creator, "#")) :
			 NULL;
}

/* A shallow copy without one member. */
static json_object *without(struct task *task, json_object *object,
			    const char *const *names)
{
	json_object *copy = json_keep(task, json_object_new_object());

	json_object_object_foreach(object, key, value)
	{
		bool is_left_out = false;

		for (size_t i = 0; names[i]; i++)
			is_left_out |= !strcmp(names[i], key);
		if (!is_left_out)
			json_object_object_add(copy, key,
					       json_object_get(value));
	}
	return copy;
}

/* Hex of the SHA-256 of the canonical text, at `out`. */
static bool hash_of(struct task *task, char *out, json_object *document,
		    bool is_strict, const char **why)
{
	const char *text = jsonld_canonical(task, document, is_strict, why);
	uint8_t digest[SHA256_BYTES];

	if (!text)
		return false;
	hash_sha256(digest, text, strlen(text));
	hex_encode(out, digest, sizeof(digest));
	return true;
}

/* What is signed; NULL where it cannot be told. */
static const char *text_of(struct task *task, json_object *document,
			   json_object *signature, const char **why)
{
	static const char *const not_options[] = { "type", "id", "@context",
						   "signatureValue", NULL };
	static const char *const not_document[] = { "signature", NULL };
	char *text = arena_alloc(task->arena, 4 * SHA256_BYTES + 1);
	json_object *options = without(task, signature, not_options);

	json_object_object_add(
		options, "@context",
		json_object_new_string("https://w3id.org/security/v1"));
	if (!hash_of(task, text, options, false, why) ||
	    !hash_of(task, text + strlen(text),
		     without(task, document, not_document), true, why))
		return NULL;
	return text;
}

enum ld_signature_check ld_signature_verify(struct task *task,
					    json_object *document,
					    const char *public_pem,
					    const char **why)
{
	json_object *signature = signature_of(document);
	EVP_PKEY *key = signature_public_key(task, public_pem);
	const char *value = json_text(signature, "signatureValue");
	uint8_t *bytes;
	size_t nr_bytes;
	const char *text;

	*why = "The document has no signature, or the key is none.";
	if (!signature || !key)
		return LD_SIGNATURE_UNKNOWN;
	text = text_of(task, document, signature, why);
	if (!text)
		return LD_SIGNATURE_UNKNOWN;
	bytes = base64_decode(task->arena, value, strlen(value), &nr_bytes);
	*why = "The signature is not that of the document.";
	if (!bytes || signature_verify(key, SIGNATURE_RSA_SHA256, text, bytes,
				       nr_bytes) != SIGNATURE_GOOD)
		return LD_SIGNATURE_WRONG;
	*why = NULL;
	return LD_SIGNATURE_GOOD;
}

static void add_text(json_object *object, const char *name, const char *text)
{
	json_object_object_add(object, name, json_object_new_string(text));
}

void ld_signature_sign(struct task *task, json_object *document,
		       const char *actor_url, EVP_PKEY *key, time_t now)
{
	json_object *signature = json_object_new_object();
	char created[40];
	struct tm tm;
	const char *text, *why;

	if (!gmtime_r(&now, &tm))
		BUG("no date: %lld", (long long)now);
	strftime(created, sizeof(created), "%Y-%m-%dT%H:%M:%S.000Z", &tm);
	add_text(signature, "type", TYPE);
	add_text(signature, "creator", actor_url);
	add_text(signature, "created", created);
	json_object_object_del(document, "signature");
	json_object_object_add(document, "signature", signature);
	text = text_of(task, document, signature, &why);
	if (!text)
		fail(task, 500, "The activity cannot be signed: %s", why);
	add_text(signature, "signatureValue",
		 signature_make(task, key, text, strlen(text)));
}
