/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "actor_key.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "bug.h"
#include "db.h"

static const char *text_of(struct task *task, BIO *bio)
{
	char *data;
	long len = BIO_get_mem_data(bio, &data);

	return arena_strndup(task->arena, data, (size_t)len);
}

struct actor_key actor_key_new(struct task *task)
{
	EVP_PKEY *pair = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048);
	BIO *public_bio = BIO_new(BIO_s_mem());
	BIO *private_bio = BIO_new(BIO_s_secmem());
	struct actor_key key;

	if (!pair || !public_bio || !private_bio ||
	    !PEM_write_bio_PUBKEY(public_bio, pair) ||
	    !PEM_write_bio_PKCS8PrivateKey(private_bio, pair, NULL, NULL, 0,
					   NULL, NULL))
		BUG("OpenSSL cannot make an RSA key");
	key.public_key = text_of(task, public_bio);
	key.private_key = text_of(task, private_bio);
	BIO_free(public_bio);
	BIO_free(private_bio);
	EVP_PKEY_free(pair);
	return key;
}

const char *actor_keys_of_user(struct task *task)
{
	struct actor_key person = actor_key_new(task);
	struct actor_key channel = actor_key_new(task);
	const char *keys[] = { person.public_key, person.private_key,
			       channel.public_key, channel.private_key };

	return db_array(task, keys, ARRAY_LEN(keys));
}
