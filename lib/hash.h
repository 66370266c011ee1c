/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Digests (FIPS 180-4) and HMAC (RFC 2104) by OpenSSL. They abort when
 * OpenSSL has no memory for them.
 */
#ifndef CARDUME_HASH_H
#define CARDUME_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SHA256_BYTES 32
#define SHA1_BYTES 20
#define MD5_BYTES 16

void hash_sha256(uint8_t out[SHA256_BYTES], const void *data, size_t len);
/* Only where a foreign format demands it: BitTorrent's pieces. */
void hash_sha1(uint8_t out[SHA1_BYTES], const void *data, size_t len);
/* The same: names of browsers' swarms. */
void hash_md5(uint8_t out[MD5_BYTES], const void *data, size_t len);
void hash_hmac_sha256(uint8_t out[SHA256_BYTES], const void *key,
		      size_t key_len, const void *data, size_t len);

/* For one-time codes (RFC 4226). */
void hash_hmac_sha1(uint8_t out[SHA1_BYTES], const void *key, size_t key_len,
		    const void *data, size_t len);

/* Compares secrets in constant time. */
bool hash_equal(const void *a, const void *b, size_t len);

#endif
