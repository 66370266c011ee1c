/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "signature.h"

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
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

/* Steps into (or, over an element, behind) the next element of DER. */
static bool take_element(const uint8_t **at, const uint8_t *end, int tag,
			 bool is_into)
{
	const uint8_t *start = *at;
	long len;
	int found, class;

	if (start >= end ||
	    ASN1_get_object(at, &len, &found, &class, end - start) & 0x80 ||
	    found != tag || class != V_ASN1_UNIVERSAL)
		return false;
	if (!is_into)
		*at += len;
	return true;
}

/* The RSAPublicKey inside of a SubjectPublicKeyInfo (RFC 8017, A.1.1), NULL
 * where it is no plain one. */
static EVP_PKEY *rsa_of_der(const uint8_t *der, const uint8_t *end)
{
	static const uint8_t algorithm[] = { 0x30, 13,	 6,    9,    0x2a,
					     0x86, 0x48, 0x86, 0xf7, 13,
					     1,	   1,	 1,    5,    0 };
	const uint8_t *at = der;

	if (!take_element(&at, end, V_ASN1_SEQUENCE, true) ||
	    end - at < (ptrdiff_t)sizeof(algorithm) ||
	    memcmp(at, algorithm, sizeof(algorithm)) != 0 ||
	    !take_element(&at, end, V_ASN1_SEQUENCE, false) ||
	    !take_element(&at, end, V_ASN1_BIT_STRING, true) || at == end ||
	    *at++)
		return NULL;
	return d2i_PublicKey(EVP_PKEY_RSA, NULL, &at, end - at);
}

/* OpenSSL 3.0 takes 180 to 370 us to find out what kind of key it reads; nearly
 * all are RSA, of which this reads one in 10. */
static EVP_PKEY *key_of_pem(const char *pem)
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	char *name = NULL, *header = NULL;
	uint8_t *der = NULL;
	const uint8_t *at;
	EVP_PKEY *key = NULL;
	long len = 0;

	if (PEM_read_bio(bio, &name, &header, &der, &len) &&
	    !strcmp(name, PEM_STRING_PUBLIC)) {
		key = rsa_of_der(der, der + len);
		at = der;
		if (!key)
			key = d2i_PUBKEY(NULL, &at, len);
	}
	BIO_free(bio);
	OPENSSL_free(name);
	OPENSSL_free(header);
	OPENSSL_free(der);
	ERR_clear_error();
	return key;
}

EVP_PKEY *signature_public_key(struct task *task, const char *pem)
{
	EVP_PKEY *key = NULL;
	int kind;

	if (strlen(pem) <= PEM_MAX_BYTES)
		key = key_of_pem(pem);
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
