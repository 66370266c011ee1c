/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * multipart/form-data (RFC 7578, RFC 2046 5.1) in a file: fields are read,
 * files stay where they are and are told as slices. The file is read in
 * windows of 64 KiB with pread(2): memory does not grow with its length.
 */
#ifndef CARDUME_MULTIPART_H
#define CARDUME_MULTIPART_H

#include <stddef.h>
#include <stdint.h>

#include "arena.h"

#define MULTIPART_MAX_PARTS 100
#define MULTIPART_MAX_HEADER ((size_t)8 * 1024) /* of one part */
#define MULTIPART_MAX_FIELD ((size_t)64 * 1024)

/* A field has a value and no filename; a file has a filename and no value. */
struct multipart_part {
	const char *name; /* UTF-8 without control characters */
	const char *value; /* UTF-8 without NUL */
	const char *filename; /* as `name`; no folders; "": none was chosen */
	const char *type; /* its Content-Type as it was sent, or NULL */
	int64_t start; /* of its bytes in the file */
	int64_t size;
};

struct multipart {
	struct multipart_part parts[MULTIPART_MAX_PARTS];
	size_t nr;
};

/*
 * Parses the `size` bytes of `fd` under the request's Content-Type. Returns
 * NULL, or what is wrong as a sentence for the sender.
 *
 * A field "last" with the value N, standing before the file N, promises that
 * this file is the form's last part: its end is then looked for at the end of
 * the body only. Without it the whole body is searched.
 */
const char *multipart_parse(struct multipart *form, struct arena *arena, int fd,
			    int64_t size, const char *content_type);

/* The first field of that name, NULL if there is none. */
const char *multipart_field(const struct multipart *form, const char *name);
/* The first file of that name that was chosen; NULL if there is none. */
const struct multipart_part *multipart_file(const struct multipart *form,
					    const char *name);

#endif
