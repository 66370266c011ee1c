/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "bencode.h"

#include <inttypes.h>
#include <string.h>

void bencode_bytes(struct buf *buf, const void *bytes, size_t len)
{
	buf_printf(buf, "%zu:", len);
	buf_add(buf, bytes, len);
}

void bencode_text(struct buf *buf, const char *text)
{
	bencode_bytes(buf, text, strlen(text));
}

void bencode_int(struct buf *buf, int64_t number)
{
	buf_printf(buf, "i%" PRId64 "e", number);
}
