/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "upload_digest.h"

#include <openssl/evp.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "bug.h"
#include "log.h"

#define WINDOW ((size_t)256 * 1024)
#define TEXT_MAX 90 /* base64 of the longest digest, with room */

static void free_context(void *context)
{
	EVP_MD_CTX_free(context);
}

/* The digest as base64, as the headers have it. */
static const char *digest_of(struct task *task, const struct upload_body *body,
			     const EVP_MD *kind)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	uint8_t *window = arena_alloc(task->arena, WINDOW);
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned len;
	char *text;

	arena_defer(task->arena, free_context, context);
	if (!context || !EVP_DigestInit_ex(context, kind, NULL))
		BUG("OpenSSL has no digest");
	for (int64_t at = 0; at < body->size;) {
		ssize_t got = pread(body->fd, window, WINDOW, at);

		if (got <= 0)
			fail(task, 500, "The piece could not be read.");
		EVP_DigestUpdate(context, window, (size_t)got);
		at += got;
	}
	EVP_DigestFinal_ex(context, digest, &len);
	text = arena_alloc(task->arena, TEXT_MAX);
	EVP_EncodeBlock((unsigned char *)text, digest, (int)len);
	return text;
}

static const EVP_MD *kind_of(const char *name, size_t len)
{
	static const struct {
		const char *name;
		const EVP_MD *(*kind)(void);
	} kinds[] = {
		{ "sha-256", EVP_sha256 }, { "sha256", EVP_sha256 },
		{ "sha", EVP_sha1 },	   { "sha-1", EVP_sha1 },
		{ "md5", EVP_md5 },
	};

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (strlen(kinds[i].name) == len &&
		    !strncasecmp(name, kinds[i].name, len))
			return kinds[i].kind();
	return NULL;
}

static void compare(struct request *request, const struct upload_body *body,
		    const EVP_MD *kind, const char *given)
{
	if (strcmp(digest_of(request->task, body, kind), given))
		fail_code(request->task, 460, "ChecksumMismatch",
			  "The piece arrived damaged: send it again.");
}

void upload_digest_check(struct request *request,
			 const struct upload_body *body)
{
	const char *digest = request_header(request, "digest");
	const char *md5 = request_header(request, "content-md5");
	size_t len = digest ? strcspn(digest, "=") : 0;
	const EVP_MD *kind;

	if (md5)
		compare(request, body, EVP_md5(), md5);
	if (!digest)
		return;
	kind = kind_of(digest, len);
	if (!kind || !digest[len])
		fail_code(request->task, 400, "UnsupportedChecksumAlgorithm",
			  "Digest should be sha-256=, sha= or md5=.");
	compare(request, body, kind, digest + len + 1);
}
