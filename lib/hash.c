/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "hash.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "bug.h"

static void digest(const EVP_MD *kind, uint8_t *out, const void *data,
		   size_t len)
{
	if (!EVP_Digest(data, len, out, NULL, kind, NULL))
		BUG("OpenSSL made no digest");
}

void hash_sha256(uint8_t out[SHA256_BYTES], const void *data, size_t len)
{
	digest(EVP_sha256(), out, data, len);
}

void hash_sha1(uint8_t out[SHA1_BYTES], const void *data, size_t len)
{
	digest(EVP_sha1(), out, data, len);
}

void hash_md5(uint8_t out[MD5_BYTES], const void *data, size_t len)
{
	digest(EVP_md5(), out, data, len);
}

static void hmac(const EVP_MD *kind, uint8_t *out, const void *key,
		 size_t key_len, const void *data, size_t len)
{
	if (key_len > INT_MAX ||
	    !HMAC(kind, key, (int)key_len, data, len, out, NULL))
		BUG("OpenSSL made no HMAC");
}

void hash_hmac_sha256(uint8_t out[SHA256_BYTES], const void *key,
		      size_t key_len, const void *data, size_t len)
{
	hmac(EVP_sha256(), out, key, key_len, data, len);
}

void hash_hmac_sha1(uint8_t out[SHA1_BYTES], const void *key, size_t key_len,
		    const void *data, size_t len)
{
	hmac(EVP_sha1(), out, key, key_len, data, len);
}

bool hash_equal(const void *a, const void *b, size_t len)
{
	return CRYPTO_memcmp(a, b, len) == 0;
}
