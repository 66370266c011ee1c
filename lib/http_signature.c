/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "http_signature.h"

#include <openssl/evp.h>
#include <stdarg.h>
#include <string.h>
#include <strings.h>

#include "base64.h"
#include "bug.h"
#include "hex.h"
#include "http_signature_private.h"
#include "json.h"

#define HOUR 3600
#define EXPIRES_DEFAULT 300
#define EXPIRES_MAX (12 * HOUR)

bool refuse(struct reading *reading, const char *fmt, ...)
{
	va_list args;

	if (reading->signature->error)
		return false;
	va_start(args, fmt);
	reading->signature->error =
		arena_vprintf(reading->task->arena, fmt, args);
	va_end(args);
	return false;
}

static bool is_ascii(const char *text)
{
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			return false;
	return true;
}

const char *reading_header(struct reading *reading, const char *name)
{
	const struct http_signed_request *request = reading->request;
	const char *value = request->header(request->ctx, name);

	if (!value)
		return NULL;
	if (strlen(value) > HTTP_HEADER_MAX || !is_ascii(value)) {
		refuse(reading, "The header %s is too long or not ASCII.",
		       name);
		return NULL;
	}
	json_object_object_add(reading->signature->headers, name,
			       json_object_new_string(value));
	return value;
}

const char *reading_need(struct reading *reading, const char *name)
{
	const char *value = reading_header(reading, name);

	if (!value)
		refuse(reading, "The header %s is missing.", name);
	return value;
}

bool reading_covers(const struct reading *reading, const char *name)
{
	for (size_t i = 0; i < reading->nr_covered; i++)
		if (!strcmp(reading->covered[i], name))
			return true;
	return false;
}

bool reading_cover(struct reading *reading, const char *name)
{
	const char *letters = "abcdefghijklmnopqrstuvwxyz0123456789-";
	size_t len = strlen(name);

	if (*name != '@' && *name != '(' &&
	    (!len || len > 64 || strspn(name, letters) != len))
		return refuse(reading,
			      "The signature covers what is no header:"
			      " \"%.64s\".",
			      name);
	if (reading_covers(reading, name))
		return refuse(reading, "The signature covers %s twice.", name);
	if (reading->nr_covered == HTTP_COVERED_MAX)
		return refuse(reading, "The signature covers too much.");
	reading->covered[reading->nr_covered++] = name;
	return true;
}

int64_t reading_seconds(const char *text)
{
	int64_t seconds = 0;
	size_t len = strlen(text);

	if (!len || len > 12 || strspn(text, "0123456789") != len)
		return -1;
	for (; *text; text++)
		seconds = 10 * seconds + (*text - '0');
	return seconds;
}

bool reading_check_times(struct reading *reading)
{
	int64_t now = reading->request->now;
	int64_t expires = reading->expires;
	int64_t created = reading->created;

	if (created >= 0) {
		if (expires < 0)
			expires = created + EXPIRES_DEFAULT;
		if (expires > created + EXPIRES_MAX)
			expires = created + EXPIRES_MAX;
		if (created > now + HOUR)
			return refuse(reading, "The signature was created in"
					       " the future.");
	}
	if (expires < 0)
		return true;
	if (expires < now - HOUR)
		return refuse(reading, "The signature has expired.");
	if (expires + HOUR < reading->signature->until ||
	    !reading->signature->until)
		reading->signature->until = expires + HOUR;
	return true;
}

/* "video.example" and its port, where the scheme does not imply it. */
bool reading_check_host(struct reading *reading)
{
	const char *origin = reading->request->origin;
	const char *name = strstr(origin, "://") + 3;
	const char *port = origin[4] == 's' ? ":443" : ":80";
	const char *host = reading_need(reading, "host");
	size_t len = strlen(name);

	if (!host)
		return false;
	if (!strncasecmp(host, name, len) &&
	    (!host[len] || !strcmp(host + len, port)))
		return true;
	return refuse(reading, "The request is for the host \"%.100s\".", host);
}

static const EVP_MD *digest_named(const char *name, size_t len)
{
	if (len != 7)
		return NULL;
	if (!strncasecmp(name, "sha-256", 7))
		return EVP_sha256();
	return strncasecmp(name, "sha-512", 7) ? NULL : EVP_sha512();
}

/* One "sha-256=TEXT": -1 wrong, 0 unknown, 1 right. */
static int check_one_digest(struct reading *reading, const char *text,
			    size_t len, char wrap)
{
	const char *equals = memchr(text, '=', len);
	const EVP_MD *kind;
	uint8_t digest[EVP_MAX_MD_SIZE];
	const uint8_t *given;
	size_t nr_given;
	unsigned nr;

	if (!equals)
		return -1;
	kind = digest_named(text, (size_t)(equals - text));
	if (!kind)
		return 0;
	len -= (size_t)(equals + 1 - text);
	text = equals + 1;
	if (wrap) {
		if (len < 2 || *text != wrap || text[len - 1] != wrap)
			return -1;
		text++;
		len -= 2;
	}
	given = base64_decode(reading->task->arena, text, len, &nr_given);
	if (!EVP_Digest(reading->request->body, reading->request->body_len,
			digest, &nr, kind, NULL))
		BUG("OpenSSL made no digest");
	return given && nr_given == nr && !memcmp(given, digest, nr) ? 1 : -1;
}

bool reading_check_digest(struct reading *reading, const char *name, char wrap)
{
	const char *at = reading_need(reading, name);
	bool is_known = false;

	while (at && *at) {
		size_t len, rest;
		int is_right;

		at += strspn(at, " \t,");
		len = rest = strcspn(at, ",");
		while (len && (at[len - 1] == ' ' || at[len - 1] == '\t'))
			len--;
		is_right = len ? check_one_digest(reading, at, len, wrap) : 0;
		if (is_right < 0)
			return refuse(reading,
				      "The header %s is not that of"
				      " the body.",
				      name);
		is_known |= is_right;
		at += rest;
	}
	if (!is_known)
		return refuse(reading, "The header %s has no digest we know.",
			      name);
	return true;
}

static bool take_bytes(struct reading *reading)
{
	struct http_signature *signature = reading->signature;
	const char *text = reading->signature_text;
	uint8_t hash[SHA256_BYTES];

	signature->bytes = base64_decode(reading->task->arena, text,
					 strlen(text), &signature->nr_bytes);
	if (!signature->bytes || !signature->nr_bytes ||
	    signature->nr_bytes > SIGNATURE_MAX_BYTES)
		return refuse(reading, "The signature is not base64, or too"
				       " long.");
	hash_sha256(hash, signature->bytes, signature->nr_bytes);
	hex_encode(signature->hash, hash, SHA256_BYTES);
	return true;
}

/* An id is a URL without spaces; what it leads to is others' business. */
static bool check_key_id(struct reading *reading)
{
	const char *id = reading->signature->key_id;

	if (*id && strlen(id) <= 2000 && !strpbrk(id, " \"<>\\"))
		return true;
	return refuse(reading, "The signature's keyId is no URL.");
}

/* Other schemes' credentials are not to be kept with the headers. */
static bool is_in_authorization(const struct http_signed_request *request)
{
	const char *value = request->header(request->ctx, "authorization");

	return value && !strncasecmp(value, "Signature ", 10);
}

static bool read_kind(struct reading *reading)
{
	const char *header = reading_header(reading, "signature-input");

	if (header)
		return reading_rfc9421(reading, header);
	if (is_in_authorization(reading->request))
		header = reading_header(reading, "authorization");
	else
		header = reading_header(reading, "signature");
	if (!header)
		return refuse(reading, "The request is not signed.");
	return reading_draft(reading, header);
}

bool http_signature_read(struct task *task,
			 const struct http_signed_request *request,
			 struct http_signature *signature)
{
	struct reading reading = { .task = task,
				   .request = request,
				   .signature = signature,
				   .created = -1,
				   .expires = -1 };

	*signature = (struct http_signature){ 0 };
	signature->headers = json_keep(task, json_object_new_object());
	return read_kind(&reading) && !signature->error &&
	       check_key_id(&reading) && reading_check_host(&reading) &&
	       take_bytes(&reading);
}

enum signature_check
http_signature_verify(struct task *task, const struct http_signature *signature,
		      const char *public_pem)
{
	EVP_PKEY *key = signature_public_key(task, public_pem);
	enum signature_check check = SIGNATURE_WRONG;

	if (!key)
		return SIGNATURE_BAD_KEY;
	for (size_t i = 0; i < HTTP_SIGNATURE_MAX_TEXTS; i++)
		if (signature->texts[i] && check == SIGNATURE_WRONG)
			check = signature_verify(
				key, signature->kinds, signature->texts[i],
				signature->bytes, signature->nr_bytes);
	return check;
}

const char *http_signed_header_of_json(void *ctx, const char *name)
{
	return json_text(ctx, name);
}

const char *http_signature_actor_url(struct task *task, const char *key_id)
{
	return arena_strndup(task->arena, key_id, strcspn(key_id, "#"));
}
