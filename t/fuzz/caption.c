/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sources: lib/caption.c lib/utf8.c lib/arena.c */
/* What is written is taken as it is when it is read again. */
#define _GNU_SOURCE
#include "caption.h"

#include <string.h>

#include "fuzz.h"

static const char *convert(const char *text, size_t len, char **out,
			   size_t *out_len)
{
	FILE *file = open_memstream(out, out_len);
	const char *problem;

	CHECK(file);
	problem = caption_write(file, text, len);
	CHECK(!fclose(file));
	return problem;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *once, *twice;
	size_t once_len, twice_len;

	if (!convert((const char *)data, size, &once, &once_len)) {
		CHECK(!convert(once, once_len, &twice, &twice_len));
		CHECK(once_len == twice_len && !memcmp(once, twice, once_len));
		free(twice);
	}
	free(once);
	return 0;
}
