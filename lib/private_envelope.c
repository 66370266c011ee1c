/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Envelopes that one person may read: AES-256-CBC, its key and IV by RSA. */
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <string.h>

#include "base64.h"
#include "json.h"
#include "magic_envelope.h"
#include "random.h"
#include "signature.h"

#define KEY_BYTES 32
#define IV_BYTES 16

struct secret {
	uint8_t key[KEY_BYTES];
	uint8_t iv[IV_BYTES];
};

/* --- opening ------------------------------------------------------------- */

static uint8_t *bytes_of(struct task *task, json_object *object,
			 const char *member, size_t *nr)
{
	const char *text = json_text(object, member);

	return text ? base64_decode(task->arena, text, strlen(text), nr) : NULL;
}

static bool take_bytes(struct task *task, json_object *object,
		       const char *member, uint8_t *out, size_t wanted)
{
	size_t nr = 0;
	const uint8_t *bytes = bytes_of(task, object, member, &nr);

	if (!bytes || nr != wanted)
		return false;
	memcpy(out, bytes, nr);
	return true;
}

/* NULL: not made for this key. */
static const char *rsa_open(struct task *task, EVP_PKEY *key,
			    const uint8_t *bytes, size_t nr, size_t *len)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
	char *out = arena_alloc(task->arena, SIGNATURE_MAX_BYTES + 1);
	bool is_good;

	*len = SIGNATURE_MAX_BYTES;
	is_good =
		context && nr <= SIGNATURE_MAX_BYTES &&
		EVP_PKEY_decrypt_init(context) > 0 &&
		EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) > 0 &&
		EVP_PKEY_decrypt(context, (uint8_t *)out, len, bytes, nr) > 0;
	EVP_PKEY_CTX_free(context);
	ERR_clear_error();
	return is_good ? out : NULL;
}

/* What cannot be read becomes a key nobody has, so that all that is wrong is
 * found out at the same place: by the envelope, which is none. */
static struct secret secret_of(struct task *task, EVP_PKEY *key,
			       json_object *object)
{
	struct secret secret, sent;
	size_t nr = 0, len = 0;
	const uint8_t *bytes = bytes_of(task, object, "aes_key", &nr);
	const char *json = bytes ? rsa_open(task, key, bytes, nr, &len) : NULL;
	json_object *inner;

	random_bytes(&secret, sizeof(secret));
	if (!json || json_scan(task->arena, json, len))
		return secret;
	inner = json_load(task, json, len);
	if (take_bytes(task, inner, "key", sent.key, KEY_BYTES) &&
	    take_bytes(task, inner, "iv", sent.iv, IV_BYTES))
		return sent;
	return secret;
}

static const char *aes_open(struct task *task, const struct secret *secret,
			    const uint8_t *bytes, size_t nr, size_t *len)
{
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	uint8_t *out = arena_alloc(task->arena, nr + IV_BYTES + 1);
	int first = 0, last = 0;
	bool is_good;

	is_good = context &&
		  EVP_DecryptInit_ex(context, EVP_aes_256_cbc(), NULL,
				     secret->key, secret->iv) > 0 &&
		  EVP_DecryptUpdate(context, out, &first, bytes, (int)nr) > 0 &&
		  EVP_DecryptFinal_ex(context, out + first, &last) > 0;
	EVP_CIPHER_CTX_free(context);
	ERR_clear_error();
	*len = (size_t)first + (size_t)last;
	return is_good ? (const char *)out : NULL;
}

const char *private_envelope_open(struct task *task, EVP_PKEY *key,
				  const char *json, size_t json_len,
				  size_t *len)
{
	json_object *object;
	struct secret secret;
	const uint8_t *bytes;
	size_t nr = 0;

	if (json_scan(task->arena, json, json_len))
		return NULL;
	object = json_load(task, json, json_len);
	secret = secret_of(task, key, object);
	bytes = bytes_of(task, object, "encrypted_magic_envelope", &nr);
	return bytes ? aes_open(task, &secret, bytes, nr, len) : NULL;
}

/* --- sealing ------------------------------------------------------------- */

/* Base64 of the encrypted secret, or NULL. */
static const char *rsa_seal(struct task *task, const char *public_key,
			    const char *text)
{
	EVP_PKEY *key = signature_public_key(task, public_key);
	EVP_PKEY_CTX *context = key ? EVP_PKEY_CTX_new(key, NULL) : NULL;
	uint8_t bytes[SIGNATURE_MAX_BYTES];
	size_t nr = sizeof(bytes);
	bool is_good;

	is_good =
		context && EVP_PKEY_encrypt_init(context) > 0 &&
		EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) > 0 &&
		EVP_PKEY_encrypt(context, bytes, &nr, (const uint8_t *)text,
				 strlen(text)) > 0;
	EVP_PKEY_CTX_free(context);
	ERR_clear_error();
	return is_good ? base64_encode(task->arena, bytes, nr) : NULL;
}

static const char *aes_seal(struct task *task, const struct secret *secret,
			    const char *text)
{
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	size_t len = strlen(text);
	uint8_t *out = arena_alloc(task->arena, len + IV_BYTES);
	int first = 0, last = 0;
	bool is_good;

	is_good = context &&
		  EVP_EncryptInit_ex(context, EVP_aes_256_cbc(), NULL,
				     secret->key, secret->iv) > 0 &&
		  EVP_EncryptUpdate(context, out, &first, (const uint8_t *)text,
				    (int)len) > 0 &&
		  EVP_EncryptFinal_ex(context, out + first, &last) > 0;
	EVP_CIPHER_CTX_free(context);
	if (!is_good)
		fail(task, 500, "AES cannot encrypt.");
	return base64_encode(task->arena, out, (size_t)first + (size_t)last);
}

const char *private_envelope_seal(struct task *task, const char *public_key,
				  const char *envelope)
{
	struct secret secret;
	const char *sealed;

	random_bytes(&secret, sizeof(secret));
	sealed = rsa_seal(
		task, public_key,
		arena_printf(task->arena, "{\"key\":\"%s\",\"iv\":\"%s\"}",
			     base64_encode(task->arena, secret.key, KEY_BYTES),
			     base64_encode(task->arena, secret.iv, IV_BYTES)));
	if (!sealed)
		return NULL;
	return arena_printf(task->arena,
			    "{\"aes_key\":\"%s\",\"encrypted_magic_envelope\":"
			    "\"%s\"}",
			    sealed, aes_seal(task, &secret, envelope));
}
