/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "seal.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

#include "bug.h"
#include "random.h"
#include "secret.h"

/* A context with purpose and context, ready for the text. */
static EVP_CIPHER_CTX *begin(const struct conf *conf, const char *purpose,
			     const char *context, const uint8_t *nonce,
			     bool encrypts)
{
	EVP_CIPHER_CTX *cipher = EVP_CIPHER_CTX_new();
	uint8_t key[SHA256_BYTES];
	int done;

	secret_mac(conf, key, purpose, "");
	if (!cipher ||
	    !EVP_CipherInit_ex(cipher, EVP_aes_256_gcm(), NULL, key, nonce,
			       encrypts) ||
	    !EVP_CipherUpdate(cipher, NULL, &done, (const uint8_t *)context,
			      (int)strlen(context)))
		BUG("OpenSSL made no cipher");
	OPENSSL_cleanse(key, sizeof(key));
	return cipher;
}

void seal(const struct conf *conf, const char *purpose, const char *context,
	  uint8_t *out, const void *data, size_t len)
{
	EVP_CIPHER_CTX *cipher;
	int done;

	if (len > INT_MAX)
		BUG("too much to seal");
	random_bytes(out, SEAL_NONCE);
	cipher = begin(conf, purpose, context, out, true);
	if (!EVP_CipherUpdate(cipher, out + SEAL_EXTRA, &done, data,
			      (int)len) ||
	    !EVP_CipherFinal_ex(cipher, out + SEAL_EXTRA + done, &done) ||
	    !EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, SEAL_TAG,
				 out + SEAL_NONCE))
		BUG("OpenSSL did not encrypt");
	EVP_CIPHER_CTX_free(cipher);
}

bool seal_open(const struct conf *conf, const char *purpose,
	       const char *context, void *out, const uint8_t *sealed,
	       size_t len)
{
	EVP_CIPHER_CTX *cipher = begin(conf, purpose, context, sealed, false);
	uint8_t tag[SEAL_TAG];
	bool is_good;
	int done;

	memcpy(tag, sealed + SEAL_NONCE, sizeof(tag));
	is_good = len <= INT_MAX &&
		  EVP_CipherUpdate(cipher, out, &done, sealed + SEAL_EXTRA,
				   (int)len) &&
		  EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, SEAL_TAG,
				      tag) &&
		  EVP_CipherFinal_ex(cipher, (uint8_t *)out + done, &done) > 0;
	EVP_CIPHER_CTX_free(cipher);
	return is_good;
}
