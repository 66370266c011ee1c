/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Writes bencode (BEP 3). Keys of a dictionary must be added in byte order. */
#ifndef CARDUME_BENCODE_H
#define CARDUME_BENCODE_H

#include <stddef.h>
#include <stdint.h>

#include "buf.h"

void bencode_bytes(struct buf *buf, const void *bytes, size_t len);
void bencode_text(struct buf *buf, const char *text);
void bencode_int(struct buf *buf, int64_t number);

#endif
