/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sources: lib/url.c lib/utf8.c lib/hex.c lib/arena.c lib/buf.c */
/* What is decoded is text; encoded and decoded again it is the same. */
#include "url.h"

#include <string.h>

#include "buf.h"
#include "fuzz.h"
#include "utf8.h"

static void check_text(struct arena *arena, const char *text)
{
	struct buf encoded = buf_make(arena, (size_t)1 << 20);
	const char *again;

	CHECK(utf8_is_text(text, strlen(text)));
	buf_url(&encoded, text, strlen(text));
	again = url_decode(arena, encoded.data, encoded.len, true);
	CHECK(again && !strcmp(again, text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new((size_t)64 << 20);
	const char *text = (const char *)data;
	struct url_form form = url_form(arena, text, size);
	const char *name, *value;

	while (url_form_next(&form, &name, &value)) {
		check_text(arena, name);
		check_text(arena, value);
	}
	if (url_is_web(text, size))
		CHECK(size > 7 && !memchr(text, '"', size));
	arena_free(arena);
	return 0;
}
