/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Signatures of the fediverse by OpenSSL: RSASSA-PKCS1-v1_5 (RFC 8017, 8.2)
 * with SHA-256 or SHA-512, and Ed25519 (RFC 8032). Used by HTTP signatures
 * and LD signatures.
 */
#ifndef CARDUME_SIGNATURE_H
#define CARDUME_SIGNATURE_H

#include <openssl/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "task.h"

/*
 * The private key of an actor of ours (PEM, PKCS #8, RSA). NULL when it is
 * none. The caller's, to be given back with EVP_PKEY_free(); it may outlive
 * tasks, so that a process that signs a lot reads a key once: that takes
 * longer than to sign (0.4 and 0.3 ms).
 */
EVP_PKEY *signature_private_key(const char *pem);

/* Base64 of the signature (SHA-256), in the task's arena. */
const char *signature_make(struct task *task, EVP_PKEY *key, const char *data,
			   size_t len);

#define SIGNATURE_MAX_BYTES 512 /* of RSA with 4096 bits */

enum signature_check {
	SIGNATURE_GOOD,
	SIGNATURE_WRONG, /* not made by this key, or of something else */
	SIGNATURE_BAD_KEY, /* no key, or none that we trust */
};

/* A stranger's public key (PEM, SubjectPublicKeyInfo): RSA of 2048 to 4096
 * bits whose exponent is odd and at least 3, or Ed25519. NULL when it is
 * something else. Freed at the end of the task's arena. Reading one and
 * checking a signature takes about 0.05 ms. */
EVP_PKEY *signature_public_key(struct task *task, const char *pem);

enum signature_kinds {
	SIGNATURE_RSA_SHA256 = 1,
	SIGNATURE_RSA_SHA512 = 2,
	SIGNATURE_ED25519 = 4,
};

/* The kind of key decides what is tried; `kinds` (a sum) what may be. */
enum signature_check signature_verify(EVP_PKEY *key, unsigned kinds,
				      const char *data, const uint8_t *bytes,
				      size_t nr_bytes);

#endif
