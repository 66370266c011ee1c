/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Secrets that must be read again, and so cannot be hashed: encrypted by
 * AES-256-GCM (NIST SP 800-38D) with a key made of the instance's secret for
 * each purpose.
 */
#ifndef CARDUME_SEAL_H
#define CARDUME_SEAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "conf.h"

#define SEAL_NONCE 12
#define SEAL_TAG 16
#define SEAL_EXTRA (SEAL_NONCE + SEAL_TAG)

/* Writes len + SEAL_EXTRA bytes: nonce, tag, text. What it belongs to is told
 * by `context`: it opens nowhere else. */
void seal(const struct conf *conf, const char *purpose, const char *context,
	  uint8_t *out, const void *data, size_t len);

/* Back to `len` bytes; false where they were not sealed so. */
bool seal_open(const struct conf *conf, const char *purpose,
	       const char *context, void *out, const uint8_t *sealed,
	       size_t len);

#endif
