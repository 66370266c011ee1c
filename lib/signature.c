/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "signature.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <string.h>

#include "base64.h"
#include "bug.h"

#define PEM_MAX_BYTES 8192
#define RSA_MIN_BITS 2048
#define RSA_MAX_BITS 4096
#define EXPONENT_MAX_BITS 64

EVP_PKEY *signature_private_key(const char *pem)
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);

	BIO_free(bio);
	ERR_clear_error();
	if (key && EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA)
		return key;
	EVP_PKEY_free(key);
	return NULL;
}

const char *signature_make(struct task *task, EVP_PKEY *key, const char *data,
			   size_t len)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	uint8_t bytes[SIGNATURE_MAX_BYTES];
	size_t nr_bytes = sizeof(bytes);
	bool is_made;

	is_made = context &&
		  EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) &&
		  EVP_DigestSign(context, bytes, &nr_bytes,
				 (const uint8_t *)data, len) == 1;
	EVP_MD_CTX_free(context);
	ERR_clear_error();
	if (!is_made)
		fail(task, 500, "The key of the actor cannot sign.");
	return base64_encode(task->arena, bytes, nr_bytes);
}

/* With e = 1 every signature is its own text; big ones only cost time. */
static bool rsa_is_trusted(EVP_PKEY *key)
{
	int bits = EVP_PKEY_get_bits(key);
	BIGNUM *exponent = NULL;
	bool is_trusted;

	if (bits < RSA_MIN_BITS || bits > RSA_MAX_BITS ||
	    !EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &exponent))
		return false;
	is_trusted = BN_is_odd(exponent) && !BN_is_one(exponent) &&
		     BN_num_bits(exponent) <= EXPONENT_MAX_BITS;
	BN_free(exponent);
	return is_trusted;
}

static void free_key(void *key)
{
	EVP_PKEY_free(key);
}

EVP_PKEY *signature_public_key(struct task *task, const char *pem)
{
	BIO *bio;
	EVP_PKEY *key;
	int kind;

	if (strlen(pem) > PEM_MAX_BYTES)
		return NULL;
	bio = BIO_new_mem_buf(pem, -1);
	key = PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);
	BIO_free(bio);
	ERR_clear_error();
	if (!key)
		return NULL;
	arena_defer(task->arena, free_key, key);
	kind = EVP_PKEY_get_base_id(key);
	if (kind == EVP_PKEY_ED25519 ||
	    (kind == EVP_PKEY_RSA && rsa_is_trusted(key)))
		return key;
	return NULL;
}

static bool verifies(EVP_PKEY *key, const EVP_MD *digest, const char *data,
		     const uint8_t *bytes, size_t nr_bytes)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool is_good;

	is_good = context &&
		  EVP_DigestVerifyInit(context, NULL, digest, NULL, key) == 1 &&
		  EVP_DigestVerify(context, bytes, nr_bytes,
				   (const uint8_t *)data, strlen(data)) == 1;
	EVP_MD_CTX_free(context);
	ERR_clear_error();
	return is_good;
}

enum signature_check signature_verify(EVP_PKEY *key, unsigned kinds,
				      const char *data, const uint8_t *bytes,
				      size_t nr_bytes)
{
	bool is_good;

	if (EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519) {
		if (!(kinds & SIGNATURE_ED25519))
			return SIGNATURE_BAD_KEY;
		is_good = verifies(key, NULL, data, bytes, nr_bytes);
	} else {
		is_good =
			((kinds & SIGNATURE_RSA_SHA256) &&
			 verifies(key, EVP_sha256(), data, bytes, nr_bytes)) ||
			((kinds & SIGNATURE_RSA_SHA512) &&
			 verifies(key, EVP_sha512(), data, bytes, nr_bytes));
	}
	return is_good ? SIGNATURE_GOOD : SIGNATURE_WRONG;
}
