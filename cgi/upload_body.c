/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "upload_body.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf.h"
#include "log.h"

static void close_body(void *ptr)
{
	struct upload_body *body = ptr;

	close(body->fd);
}

/* nginx names the file; it must lie where nginx was told to write. */
static bool is_incoming(const struct conf *conf, const char *path)
{
	size_t len = strlen(conf->media_dir);

	return !strncmp(path, conf->media_dir, len) &&
	       !strncmp(path + len, "/incoming/", 10) && !strstr(path, "/..");
}

static void open_body(struct request *request, struct upload_body *body)
{
	struct task *task = request->task;
	int64_t announced;
	struct stat status;

	body->task = task;
	body->path = request_body_file(request, &announced);
	if (!is_incoming(task->conf, body->path))
		fail(task, 500, "Something went wrong on our side.");
	body->fd = open(body->path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (body->fd < 0 || fstat(body->fd, &status) ||
	    !S_ISREG(status.st_mode)) {
		log_error("upload: %s: %s", body->path, strerror(errno));
		fail(task, 500, "The uploaded file could not be opened.");
	}
	arena_defer(task->arena, close_body, body);
	body->size = status.st_size;
	if (announced && announced != body->size)
		fail(task, 400, "The upload did not arrive completely.");
}

struct upload_body *upload_body_open(struct request *request)
{
	struct upload_body *body =
		arena_alloc(request->task->arena, sizeof(*body));

	open_body(request, body);
	return body;
}

struct upload_body *upload_body(struct request *request)
{
	struct upload_body *body = upload_body_open(request);
	const char *error;

	error = multipart_parse(&body->form, request->task->arena, body->fd,
				body->size, request_content_type(request));
	if (error)
		fail(request->task, 400, "%s", error);
	return body;
}

static const char *field(void *from, const char *name)
{
	struct upload_body *body = from;

	return multipart_field(&body->form, name);
}

static size_t fields(void *from, const char *name, const char *values[],
		     size_t max)
{
	struct upload_body *body = from;
	size_t nr = 0;

	for (size_t i = 0; i < body->form.nr && nr < max; i++)
		if (body->form.parts[i].value &&
		    request_names_list(body->form.parts[i].name, name))
			values[nr++] = body->form.parts[i].value;
	return nr;
}

struct form_source upload_body_fields(struct upload_body *body, bool is_page)
{
	return (struct form_source){ field, fields, body, is_page };
}

static void remove_unless_kept(void *ptr)
{
	struct upload_file *file = ptr;

	if (!file->is_kept && unlink(file->full) && errno != ENOENT)
		log_error("upload: %s: %s", file->full, strerror(errno));
}

static struct upload_file *new_file(struct task *task, const char *uuid)
{
	struct upload_file *file = arena_alloc(task->arena, sizeof(*file));

	file->path = arena_printf(task->arena, "source/%s", uuid);
	file->full = arena_printf(task->arena, "%s/%s", task->conf->media_dir,
				  file->path);
	return file;
}

struct upload_file *upload_file_new(struct task *task, const char *uuid)
{
	struct upload_file *file = new_file(task, uuid);

	arena_defer(task->arena, remove_unless_kept, file);
	return file;
}

static _Noreturn void fail_write(struct task *task, const char *path)
{
	int error = errno;

	log_error("upload: %s: %s", path, strerror(error));
	if (error == ENOSPC || error == EDQUOT)
		fail(task, 507,
		     "There is no room left for uploads."
		     " The administrators have to make some.");
	fail(task, 500, "The uploaded file could not be stored.");
}

/* The new name must be on the disk before a row tells it. */
static bool sync_folder(const struct conf *conf, struct arena *arena)
{
	const char *path = arena_printf(arena, "%s/source", conf->media_dir);
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool is_synced = fd >= 0 && !fsync(fd);

	if (fd >= 0)
		close(fd);
	return is_synced;
}

struct upload_file *upload_body_move(struct upload_body *body, const char *uuid)
{
	struct task *task = body->task;
	struct upload_file *file = new_file(task, uuid);

	/* nginx makes its files for its own user alone. */
	if (fchmod(body->fd, 0640) || fdatasync(body->fd) ||
	    renameat2(AT_FDCWD, body->path, AT_FDCWD, file->full,
		      RENAME_NOREPLACE))
		fail_write(task, file->full);
	arena_defer(task->arena, remove_unless_kept, file);
	if (!sync_folder(task->conf, task->arena))
		fail_write(task, file->full);
	return file;
}

static void close_fd(void *ptr)
{
	const int *fd = ptr;

	close(*fd);
}

struct upload_file *upload_body_copy(struct upload_body *body,
				     const struct multipart_part *part,
				     const char *uuid)
{
	struct task *task = body->task;
	struct upload_file *file = new_file(task, uuid);
	int *fd = arena_alloc(task->arena, sizeof(*fd));
	off_t at = part->start;
	int64_t left = part->size;

	*fd = open(file->full, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	if (*fd < 0)
		fail_write(task, file->full);
	arena_defer(task->arena, remove_unless_kept, file);
	arena_defer(task->arena, close_fd, fd);
	while (left > 0) {
		ssize_t n = copy_file_range(body->fd, &at, *fd, NULL,
					    (size_t)left, 0);

		if (n <= 0)
			fail_write(task, file->full);
		left -= n;
	}
	if (fdatasync(*fd))
		fail_write(task, file->full);
	return file;
}
