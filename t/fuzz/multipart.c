/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sources: cgi/multipart.c lib/arena.c lib/buf.c lib/utf8.c */
/* sources: lib/url.c lib/hex.c */
/* Any bytes as a form's body; the first byte chooses the Content-Type. */
#include "../../cgi/multipart.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "arena.h"
#include "bug.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct multipart *form, int64_t size)
{
	for (size_t i = 0; i < form->nr; i++) {
		const struct multipart_part *part = &form->parts[i];

		if (!part->name || !part->value == !part->filename)
			BUG("a part is neither field nor file");
		if (part->start < 0 || part->size < 0 ||
		    part->start + part->size > size)
			BUG("a slice outside of the file");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const types[] = {
		"multipart/form-data; boundary=b",
		"multipart/form-data; boundary=\"b--\"",
		"multipart/form-data; boundary=----------------------------1",
		"multipart/form-data",
	};
	static struct arena *arena;
	static struct multipart form;
	static int fd = -1;

	if (fd < 0) {
		arena = arena_new((size_t)64 * 1024 * 1024);
		fd = memfd_create("form", MFD_CLOEXEC);
	}
	if (!size)
		return 0;
	if (ftruncate(fd, 0) || pwrite(fd, data + 1, size - 1, 0) < 0)
		BUG("no memory file");
	if (!multipart_parse(&form, arena, fd, (int64_t)size - 1,
			     types[data[0] % ARRAY_LEN(types)]))
		check(&form, (int64_t)size - 1);
	arena_reset(arena);
	return 0;
}
