/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What others sealed and wrote: usage spec_diaspora SAMPLES, the folder of
 * vectors/diaspora-*, vectors/test-key*.pem and diaspora/. Prints TAP. */
#include <glob.h>
#include <openssl/evp.h>

#include "file.h"
#include "magic_envelope.h"
#include "signature.h"
#include "tap.h"

static const char *folder;

static const char *read_path(struct task *task, const char *path)
{
	const char *text = file_read(task, path, (size_t)1 << 20);

	if (!text)
		fail(task, 500, "%s is not there", path);
	return text;
}

static const char *read_text(struct task *task, const char *name)
{
	return read_path(
		task, arena_printf(task->arena, "%s/vectors/%s", folder, name));
}

static void test_envelope(struct task *task, EVP_PKEY *key, const char *pem)
{
	const char *text = read_text(task, "diaspora-magic-envelope.xml");
	const char *xml = read_text(task, "diaspora-status-message.xml");
	struct magic_envelope envelope = { .author = NULL };

	ok(magic_envelope_read(task->arena, text, strlen(text), &envelope),
	   "the envelope is read");
	is(envelope.author, "alice_channel@video.example", "its author");
	is(envelope.signed_text,
	   read_text(task, "diaspora-magic-envelope.subject.txt"),
	   "what is signed");
	ok(magic_envelope_verify(task, &envelope, pem), "its signature");
	is(envelope.xml, xml, "its entity");
	is(magic_envelope_make(task, key, envelope.author, xml), text,
	   "ours is theirs, byte for byte");
}

static void test_relayable(struct task *task, EVP_PKEY *key, const char *pem)
{
	const char *xml = read_text(task, "diaspora-comment.xml");
	struct pod_entity entity;

	ok(pod_entity_read(task->arena, xml, strlen(xml), &entity),
	   "a comment");
	ok(relayable_verify(task, &entity, pem), "signed by its author");
	is(relayable_sign(task, key, &entity),
	   pod_entity_value(&entity, "author_signature"), "as we sign it");
}

static void test_private(struct task *task, EVP_PKEY *key, const char *pem)
{
	const char *json = read_text(task, "diaspora-encrypted-contact.json");
	struct magic_envelope envelope = { .author = NULL };
	struct pod_entity entity = { .nr = 0 };
	size_t len = 0;
	const char *text =
		private_envelope_open(task, key, json, strlen(json), &len);

	is(text, read_text(task, "diaspora-encrypted-contact.plain.xml"),
	   "a private envelope");
	ok(text && magic_envelope_read(task->arena, text, len, &envelope) &&
		   magic_envelope_verify(task, &envelope, pem) &&
		   pod_entity_read(task->arena, envelope.xml, envelope.len,
				   &entity),
	   "what is in it");
	is(pod_entity_value(&entity, "following"), "true", "a contact");
}

/* Those with two signatures (of a version that is gone), and what is no entity,
 * repeat a name. */
static bool is_refused(const char *name)
{
	static const char *const names[] = { "jaywink-diaspora_post_comment",
					     "jaywink-diaspora_post_like",
					     "jaywink-diaspora_webfinger" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strncmp(name, names[i], strlen(names[i])))
			return true;
	return false;
}

/* Each document is an envelope or an entity. */
static bool test_document(struct task *task, const char *path)
{
	const char *name = strrchr(path, '/') + 1;
	const char *text = read_path(task, path);
	struct magic_envelope envelope;
	struct pod_entity entity;
	bool is_envelope =
		magic_envelope_read(task->arena, text, strlen(text), &envelope);

	if (is_envelope)
		text = envelope.xml;
	ok(pod_entity_read(task->arena, text, strlen(text), &entity) !=
		   is_refused(name),
	   "%s", name);
	return is_envelope;
}

static void test_documents(struct task *task)
{
	const char *pattern =
		arena_printf(task->arena, "%s/diaspora/*.xml", folder);
	glob_t found;
	int nr = 0;

	glob(pattern, 0, NULL, &found);
	for (size_t i = 0; i < found.gl_pathc; i++)
		nr += test_document(task, found.gl_pathv[i]);
	ok(found.gl_pathc > 40, "%zu documents", found.gl_pathc);
	ok(nr >= 4, "%d envelopes", nr);
	globfree(&found);
}

static void tests(struct task *task, void *arg)
{
	EVP_PKEY *key = signature_private_key(read_text(task, "test-key.pem"));
	const char *pem = read_text(task, "test-key.pub.pem");

	(void)arg;
	test_envelope(task, key, pem);
	test_relayable(task, key, pem);
	test_private(task, key, pem);
	test_documents(task);
	EVP_PKEY_free(key);
}

int main(int argc, char **argv)
{
	struct task task = { .arena = arena_new((size_t)64 << 20) };

	if (argc != 2)
		return 2;
	folder = argv[1];
	if (!ok(task_run(&task, tests, NULL), "ran to its end"))
		tap_note("", task.message);
	arena_free(task.arena);
	return tap_done();
}
