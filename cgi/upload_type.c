/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "upload_type.h"

#include <magic.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "bug.h"
#include "log.h"
#include "publish.h"

/* As much as libmagic looks at for the types that matter here. */
#define LOOK ((size_t)64 * 1024)

static bool has_extension(const char *filename)
{
	const char *dot = strrchr(filename, '.');
	size_t len = dot ? strlen(dot) : 0;
	const char *list = upload_extensions;

	while (len) {
		size_t size = strcspn(list, ",");

		if (size == len && !strncasecmp(list, dot, len))
			return true;
		list += size;
		if (!*list)
			break;
		list += strlen(", ");
	}
	return false;
}

static void close_magic(void *ptr)
{
	magic_close(ptr);
}

/* The media type by the file's first bytes. libmagic's tables are opened for
 * each upload: they would stay in memory for days for nothing. */
static const char *type_of(struct task *task, int fd, int64_t start,
			   int64_t size)
{
	char *bytes = arena_alloc(task->arena, LOOK);
	size_t len = size < (int64_t)LOOK ? (size_t)size : LOOK;
	ssize_t got = pread(fd, bytes, len, start);
	magic_t magic = magic_open(MAGIC_MIME_TYPE);
	const char *type = NULL;

	if (!magic || got < 0)
		fail(task, 500, "The uploaded file could not be read.");
	arena_defer(task->arena, close_magic, magic);
	if (!magic_load(magic, NULL))
		type = magic_buffer(magic, bytes, (size_t)got);
	if (!type) {
		log_error("libmagic: %s", magic_error(magic));
		fail(task, 500, "The uploaded file could not be recognised.");
	}
	return type;
}

/* Containers that libmagic knows under other names, or not at all: the probe
 * has the last word. */
static bool may_be_media(const char *type)
{
	static const char *const others[] = {
		"application/octet-stream", "application/ogg",
		"application/mxf",	    "application/vnd.ms-asf",
		"application/x-matroska",
	};

	if (!strncmp(type, "video/", 6) || !strncmp(type, "audio/", 6))
		return true;
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		if (!strcmp(type, others[i]))
			return true;
	return false;
}

const char *upload_name_refusal(struct task *task, const char *filename)
{
	if (has_extension(filename))
		return NULL;
	return arena_printf(task->arena,
			    "Files named like \"%s\" are"
			    " not taken. Its name must end with one of"
			    " %s.",
			    filename, upload_extensions);
}

const char *upload_type_refusal(struct task *task, const char *filename, int fd,
				int64_t start, int64_t size)
{
	const char *refusal = upload_name_refusal(task, filename);
	const char *type;

	if (!size)
		return "The file is empty.";
	if (refusal)
		return refusal;
	type = type_of(task, fd, start, size);
	if (may_be_media(type))
		return NULL;
	return arena_printf(task->arena,
			    "\"%s\" is neither a video nor a"
			    " sound file: it seems to be %s.",
			    filename, type);
}

void upload_picture_check_size(struct task *task, int64_t size)
{
	if (size > UPLOAD_PICTURE_MAX)
		fail(task, 413, "A picture may have 8 MiB at most.");
}

const char *upload_picture_refusal(struct task *task, int fd, int64_t start,
				   int64_t size)
{
	static const char *const types[] = { "image/jpeg", "image/png",
					     "image/webp" };
	const char *type;

	if (!size)
		return "The picture is empty.";
	upload_picture_check_size(task, size);
	type = type_of(task, fd, start, size);
	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (!strcmp(type, types[i]))
			return NULL;
	return arena_printf(task->arena,
			    "The picture must be a JPEG, PNG or"
			    " WebP file; this one seems to be %s.",
			    type);
}
