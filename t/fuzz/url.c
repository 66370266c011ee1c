/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sources: lib/url.c lib/utf8.c lib/hex.c lib/arena.c lib/buf.c */
/* What is decoded is text; encoded and decoded again it is the same. A URL as
 * it is asked for is one, of the same host. */
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

static void check_asked(struct arena *arena, const uint8_t *data, size_t size)
{
	const char *text = arena_strndup(arena, (const char *)data, size);
	char asked[URL_SIZE], again[URL_SIZE];
	struct url url, same;

	if (!url_parse(&url, text))
		return;
	CHECK(!strpbrk(url.host, "@/?#\\% \r\n") && url.port > 0);
	CHECK(url.name_len && url.name_len <= strlen(url.host));
	url_format(asked, &url);
	if (strlen(asked) > URL_LEN_MAX)
		return;
	CHECK(url_parse(&same, asked) && !strcmp(same.host, url.host));
	url_format(again, &same);
	CHECK(!strcmp(again, asked));
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
	check_asked(arena, data, size);
	arena_free(arena);
	return 0;
}
