/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sources: lib/magic_envelope.c lib/xml.c lib/base64.c lib/signature.c */
/* sources: lib/hex.c lib/task.c lib/arena.c lib/buf.c lib/utf8.c */
/* An entity that was read is the same when it is written and read again; an
 * envelope that was read has text in it. */
#include "xml.h"

#include <string.h>

#include "fuzz.h"
#include "magic_envelope.h"

static void check_entity(struct arena *arena, const char *text, size_t len)
{
	struct pod_entity entity, again;
	const char *xml;

	if (!pod_entity_read(arena, text, len, &entity))
		return;
	xml = pod_entity_xml(arena, &entity);
	CHECK(pod_entity_read(arena, xml, strlen(xml), &again));
	CHECK(entity.nr == again.nr && !strcmp(entity.name, again.name));
	for (size_t i = 0; i < entity.nr; i++) {
		CHECK(!strcmp(entity.fields[i].name, again.fields[i].name));
		CHECK(!strcmp(entity.fields[i].value, again.fields[i].value));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new((size_t)256 << 20);
	const char *text = (const char *)data;
	struct magic_envelope envelope;

	if (size > XML_MAX_BYTES / 8)
		size = XML_MAX_BYTES / 8;
	check_entity(arena, text, size);
	if (magic_envelope_read(arena, text, size, &envelope)) {
		CHECK(strlen(envelope.xml) == envelope.len);
		CHECK(envelope.author && envelope.nr_bytes <= 512);
		check_entity(arena, envelope.xml, envelope.len);
	}
	arena_free(arena);
	return 0;
}
