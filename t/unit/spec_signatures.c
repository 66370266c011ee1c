/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Signatures that others made: usage spec_signatures SAMPLES, the folder of
 * vectors/http-signatures.json, vectors/test-key.pem, mastodon/ldsig-* and
 * others. Prints TAP. */
#include <openssl/evp.h>

#include "file.h"
#include "http_signature.h"
#include "json.h"
#include "jsonld.h"
#include "ld_signature.h"
#include "tap.h"

#define NOW 1749988800 /* Sun, 15 Jun 2025 12:00:00 GMT */

static const char *folder;

static const char *read_text(struct task *task, const char *name)
{
	const char *path = arena_printf(task->arena, "%s/%s", folder, name);
	const char *text = file_read(task, path, (size_t)1 << 20);

	if (!text)
		fail(task, 500, "%s is not there", path);
	return text;
}

static json_object *read_json(struct task *task, const char *name)
{
	const char *text = read_text(task, name);

	return json_load(task, text, strlen(text));
}

/* The headers we make are theirs, byte for byte. */
static void test_made(json_object *headers, const char *const *lines,
		      const char *what)
{
	for (; *lines; lines++) {
		bool is_found = false;

		json_object_object_foreach(headers, name, value)
		{
			const char *text = json_object_get_string(value);
			size_t len = strlen(name);

			is_found |= !strncasecmp(*lines, name, len) &&
				    (*lines)[len] == ':' &&
				    !strcmp(*lines + len + 2, text);
		}
		ok(is_found, "%s: we make %.60s", what, *lines);
	}
}

static void test_vector(struct task *task, json_object *all, const char *name)
{
	json_object *vector = json_member(all, name);
	bool is_draft = !strncmp(name, "cavage", 6);
	const char *text = json_text(vector, is_draft ? "signing_string" :
							"signature_base");
	const char *url = json_text(vector, "url");
	struct http_signed_request request = {
		.method = strstr(name, "post") ? "POST" : "GET",
		.target = json_text(vector, "path"),
		.origin = "https://video.example",
		.header = http_signed_header_of_json,
		.ctx = json_member(vector, "headers"),
		.now = NOW,
	};
	struct http_signing signing = { .method = request.method,
					.url = url,
					.now = NOW + 2 };
	struct http_signature signature;

	if (!is_draft)
		request.target = url + strlen("https://video.example");
	else
		signing.url = arena_printf(
			task->arena, "https://video.example%s", request.target);
	if (*request.method == 'P') {
		signing.body = request.body = json_text(all, "body");
		signing.body_len = request.body_len = strlen(request.body);
	}
	json_object_object_add(request.ctx, "host",
			       json_object_new_string("video.example"));
	ok(http_signature_read(task, &request, &signature), "%s is read: %s",
	   name, signature.error ? signature.error : "");
	is(signature.texts[0], text, "what is signed");
	ok(http_signature_verify(task, &signature,
				 read_text(task, "vectors/test-key.pub.pem")) ==
		   SIGNATURE_GOOD,
	   "it is good");
	signing.key_id = signature.key_id;
	signing.key =
		signature_private_key(read_text(task, "vectors/test-key.pem"));
	test_made(request.ctx,
		  is_draft ? http_sign_draft(task, &signing) :
			     http_sign_rfc9421(task, &signing),
		  name);
	EVP_PKEY_free(signing.key);
}

static bool is_good(struct task *task, json_object *document, const char *pem)
{
	const char *why;

	return ld_signature_verify(task, document, pem, &why) ==
	       LD_SIGNATURE_GOOD;
}

/* The texts that are hashed, byte for byte; and we sign as they did. */
static void test_ld_vector(struct task *task)
{
	json_object *document =
		read_json(task, "vectors/ldsig-create-comment.signed.json");
	json_object *signature = json_member(document, "signature");
	const char *public_pem = read_text(task, "vectors/test-key.pub.pem");
	EVP_PKEY *key =
		signature_private_key(read_text(task, "vectors/test-key.pem"));
	const char *value = arena_strdup(
		task->arena, json_text(signature, "signatureValue"));
	const char *why;

	ok(is_good(task, document, public_pem), "a comment's signature");
	is(ld_signature_creator(task, document),
	   "https://peer.example/accounts/bob", "who made it");
	ld_signature_sign(task, document, "https://peer.example/accounts/bob",
			  key, NOW + 1);
	is(json_text(json_member(document, "signature"), "signatureValue"),
	   value, "we make the same");
	json_object_object_del(document, "signature");
	is(jsonld_canonical(task, document, true, &why),
	   read_text(task, "vectors/ldsig-document.nq"), "what is signed");
	EVP_PKEY_free(key);
}

static const char *actor_key(struct task *task)
{
	json_object *actor =
		read_json(task, "mastodon/ldsig-mastodon_actor.json");

	return json_text(json_member(actor, "publicKey"), "publicKeyPem");
}

static void test_mastodon(struct task *task)
{
	const char *pem = actor_key(task);
	const char *path = "mastodon/ldsig-mastodon_signed_create.json";

	ok(is_good(task, read_json(task, path), pem), "Mastodon's");
	ok(!is_good(task, read_json(task, path),
		    read_text(task, "vectors/test-key.pub.pem")),
	   "not with another key");
	ok(!is_good(task,
		    read_json(task, "mastodon/ldsig-mastodon_signed_create"
				    "_tampered.json"),
		    pem),
	   "not a changed one");
}

/* Any text of the document, one after the other, is given another end. */
static size_t alter(struct task *task, json_object *document,
		    json_object *value, size_t wanted)
{
	static size_t nr;

	if (value == document)
		nr = 0;
	if (json_object_is_type(value, json_type_string) && nr++ == wanted) {
		const char *text = json_object_get_string(value);

		json_object_set_string(value,
				       arena_printf(task->arena, "%s1", text));
	}
	if (json_object_is_type(value, json_type_array))
		for (size_t i = 0; i < json_object_array_length(value); i++)
			alter(task, document,
			      json_object_array_get_idx(value, i), wanted);
	if (json_object_is_type(value, json_type_object)) {
		json_object_object_foreach(value, key, member)
		{
			(void)key;
			alter(task, document, member, wanted);
		}
	}
	return nr;
}

/* All but terms of the context that no key has. */
static void test_altered(struct task *task)
{
	const char *pem = actor_key(task);
	const char *path = "mastodon/ldsig-mastodon_signed_create.json";
	static const char *const unused[] = { "inReplyToAtomUri", "toot",
					      "votersCount" };
	size_t nr = SIZE_MAX;

	for (size_t i = 0; i < nr; i++) {
		json_object *document = read_json(task, path);
		json_object *context = json_object_array_get_idx(
			json_member(document, "@context"), 1);

		json_object_object_del(json_member(document, "object"),
				       unused[0]);
		for (size_t j = 0; j < 3; j++)
			json_object_object_del(context, unused[j]);
		ok(is_good(task, document, pem), "as it is");
		nr = alter(task, document, document, i);
		if (i < nr)
			ok(!is_good(task, document, pem), "changed: text %zu",
			   i);
	}
	ok(nr > 30, "%zu texts were changed", nr);
}

static void all(struct task *task, void *arg)
{
	json_object *vectors = read_json(task, "vectors/http-signatures.json");

	(void)arg;
	test_vector(task, vectors, "cavage_post");
	test_vector(task, vectors, "cavage_get");
	test_vector(task, vectors, "rfc9421_post");
	test_vector(task, vectors, "rfc9421_get");
	test_ld_vector(task);
	test_mastodon(task);
	test_altered(task);
}

int main(int argc, char **argv)
{
	struct task task = { .arena = arena_new((size_t)32 << 20) };

	folder = argv[argc - 1];
	ok(task_run(&task, all, NULL), "no failure: %s", task.message);
	arena_free(task.arena);
	return tap_done();
}
