/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sources: lib/shortid.c lib/hex.c lib/random.c */
/* What is decoded is encoded as it was. */
#include "shortid.h"

#include <string.h>
#include <strings.h>

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t uuid[UUID_BYTES], back[UUID_BYTES];
	char text[64], full[UUID_SIZE], small[SHORTID_SIZE];

	if (size >= sizeof(text))
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	if (shortid_decode(uuid, text)) {
		shortid_encode(small, uuid);
		CHECK(!strcmp(small, text));
	}
	if (uuid_parse(uuid, text)) {
		uuid_format(full, uuid);
		CHECK(!strcasecmp(full, text));
	}
	if (size >= UUID_BYTES) {
		shortid_encode(small, data);
		CHECK(shortid_decode(back, small));
		CHECK(!memcmp(back, data, UUID_BYTES));
	}
	return 0;
}
