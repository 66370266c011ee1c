/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sources: lib/content_type.c */
/* What is one of two lists of types begins with one of their names. */
#include "content_type.h"

#include <string.h>
#include <strings.h>

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	const char *at;

	CHECK(text);
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	at = text + strspn(text, " \t");
	if (content_type_is(text, content_type_activity))
		CHECK(!strncasecmp(at, "application/activity+json", 25) ||
		      !strncasecmp(at, "application/ld+json", 19));
	if (content_type_is(text, content_type_jrd))
		CHECK(!strncasecmp(at, "application/j", 13));
	free(text);
	return 0;
}
