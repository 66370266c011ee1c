/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Signatures that others made: usage spec_signatures VECTORS, the folder of
 * http-signatures.json and test-key.pem. Prints TAP. */
#include <openssl/evp.h>

#include "file.h"
#include "http_signature.h"
#include "json.h"
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
				 read_text(task, "test-key.pub.pem")) ==
		   SIGNATURE_GOOD,
	   "it is good");
	signing.key_id = signature.key_id;
	signing.key = signature_private_key(read_text(task, "test-key.pem"));
	test_made(request.ctx,
		  is_draft ? http_sign_draft(task, &signing) :
			     http_sign_rfc9421(task, &signing),
		  name);
	EVP_PKEY_free(signing.key);
}

static void all(struct task *task, void *arg)
{
	json_object *vectors = read_json(task, "http-signatures.json");

	(void)arg;
	test_vector(task, vectors, "cavage_post");
	test_vector(task, vectors, "cavage_get");
	test_vector(task, vectors, "rfc9421_post");
	test_vector(task, vectors, "rfc9421_get");
}

int main(int argc, char **argv)
{
	struct task task = { .arena = arena_new((size_t)32 << 20) };

	folder = argv[argc - 1];
	ok(task_run(&task, all, NULL), "no failure: %s", task.message);
	arena_free(task.arena);
	return tap_done();
}
