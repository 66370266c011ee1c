/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "db.h"
#include "http_signature.h"
#include "inbox.h"
#include "json.h"
#include "ld_signature.h"
#include "log.h"

static struct resolved refused(const char *why)
{
	return (struct resolved){ RESOLVE_REFUSED, why };
}

/* Reads once more what the intake has read: it is kept as it came. */
static bool read_signature(struct letter *letter,
			   struct http_signature *signature)
{
	struct task *task = letter->task;
	json_object *kept =
		json_load(task, letter->request, strlen(letter->request));
	struct http_signed_request request = {
		.method = json_text(kept, "method"),
		.target = json_text(kept, "target"),
		.origin = task->conf->origin,
		.header = http_signed_header_of_json,
		.ctx = json_member(kept, "headers"),
		.body = letter->body,
		.body_len = letter->len,
		.now = (time_t)letter->came,
	};

	return http_signature_read(task, &request, signature);
}

/* Whose key it is; what is known of it is as old as five minutes at most where
 * `fresh`. */
static struct resolved key_owner(struct letter *letter, const char *key,
				 bool fresh)
{
	const char *values[2] = { key, fresh ? "true" : "false" };

	return resolve(letter->task, "job/inbox-signer", values,
		       &letter->budget);
}

static const char *public_key(struct letter *letter, const char *actor)
{
	return db_text(db(letter->task, "job/inbox-public-key", actor), 0, 0);
}

static struct resolved verified(struct letter *letter, const char *actor,
				const struct http_signature *signature)
{
	struct task *task = letter->task;
	struct rows rows =
		db(task, "job/inbox-verified", db_number(task, letter->id),
		   db_number(task, letter->lease), actor,
		   arena_printf(task->arena, "\\x%s", signature->hash),
		   db_number(task, signature->until));

	if (!db_bool(rows, 0, 0))
		return (struct resolved){ RESOLVE_LOST, "taken before" };
	letter->signer = strtoll(actor, NULL, 10);
	return (struct resolved){ RESOLVE_DONE, actor };
}

struct resolved letter_verify(struct letter *letter)
{
	struct http_signature signature;

	if (!read_signature(letter, &signature))
		return refused(signature.error);
	for (int fresh = 0; fresh < 2; fresh++) {
		struct resolved owner =
			key_owner(letter, signature.key_id, fresh);
		const char *pem;

		if (owner.end != RESOLVE_DONE)
			return owner;
		pem = public_key(letter, owner.text);
		if (pem && http_signature_verify(letter->task, &signature,
						 pem) == SIGNATURE_GOOD)
			return verified(letter, owner.text, &signature);
	}
	return refused("the signature was not made by this key");
}

/* The LD signature's actor, where it is also the body's; else NULL. */
static const char *ld_creator(struct letter *letter, json_object *document,
			      const char *actor)
{
	const char *creator = ld_signature_creator(letter->task, document);

	return creator && actor && !strcmp(creator, actor) ? creator : NULL;
}

const char *letter_actor(json_object *document)
{
	const char *text = json_text(document, "actor");

	return text ? text : json_text(json_member(document, "actor"), "id");
}

static int64_t ld_prover(struct letter *letter, json_object *document,
			 const char *creator)
{
	const char *why = "";

	for (int fresh = 0; fresh < 2; fresh++) {
		struct resolved owner = key_owner(letter, creator, fresh);
		const char *pem;

		if (owner.end != RESOLVE_DONE)
			return 0;
		pem = public_key(letter, owner.text);
		if (!pem)
			return 0;
		switch (ld_signature_verify(letter->task, document, pem,
					    &why)) {
		case LD_SIGNATURE_GOOD: return strtoll(owner.text, NULL, 10);
		case LD_SIGNATURE_WRONG: break;
		case LD_SIGNATURE_UNKNOWN:
			log_info("inbox %lld: LD signature: %s",
				 (long long)letter->id, why);
			return 0;
		}
	}
	log_info("inbox %lld: LD signature: %s", (long long)letter->id, why);
	return 0;
}

int64_t letter_prover(struct letter *letter, json_object *document)
{
	const char *actor = letter_actor(document);
	struct rows rows;
	const char *creator;

	/* A list of activities has no actor: each of them is looked at. */
	if (!actor)
		return letter->signer;
	rows = db(letter->task, "job/inbox-public-key",
		  db_number(letter->task, letter->signer));
	if (rows.count && db_text(rows, 0, 1) &&
	    !strcmp(db_text(rows, 0, 1), actor))
		return letter->signer;
	creator = ld_creator(letter, document, actor);
	return creator ? ld_prover(letter, document, creator) : 0;
}
