/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The instance's secret: random bytes in conf->secret_file, made by `cardume
 * setup`, read once per process. It never leaves this file: others get codes
 * made with it.
 */
#ifndef CARDUME_SECRET_H
#define CARDUME_SECRET_H

#include <stddef.h>
#include <stdint.h>

#include "conf.h"
#include "hash.h"

#define SECRET_BYTES 32

/* HMAC-SHA256 of `purpose`, a NUL and `text`. Each use has a purpose of its
 * own, so that no code fits elsewhere. Exits with EX_CONFIG when the secret
 * cannot be read: no program must go on without. */
void secret_mac(const struct conf *conf, uint8_t out[SHA256_BYTES],
		const char *purpose, const char *text);

#endif
