/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf.h"

static bool read_all(int fd, char *bytes, size_t len)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = read(fd, bytes + done, len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		done += (size_t)n;
	}
	return true;
}

char *file_read(struct task *task, const char *path, size_t max)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	char *bytes = NULL;
	struct stat st;

	if (fd < 0)
		return NULL;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode) &&
	    (uint64_t)st.st_size <= max) {
		bytes = arena_alloc(task->arena, (size_t)st.st_size + 1);
		if (!read_all(fd, bytes, (size_t)st.st_size))
			bytes = NULL;
	}
	close(fd);
	return bytes;
}

static bool write_all(int fd, const char *bytes, size_t len)
{
	while (len) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		bytes += n;
		len -= (size_t)n;
	}
	return true;
}

bool file_write(struct task *task, const char *path, const void *bytes,
		size_t len)
{
	char *temporary =
		arena_printf(task->arena, "%s.%d.new", path, (int)getpid());
	int fd = open(temporary,
		      O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
		      0644);
	bool ok;

	if (fd < 0)
		return false;
	ok = write_all(fd, bytes, len) && !fsync(fd);
	ok = !close(fd) && ok;
	ok = ok && !rename(temporary, path);
	if (!ok)
		unlink(temporary);
	return ok;
}

static bool sync_path(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC);
	bool ok;

	if (fd < 0)
		return false;
	ok = !fsync(fd);
	close(fd);
	return ok;
}

bool file_sync(const char *path)
{
	return sync_path(path, O_RDONLY | O_NOFOLLOW);
}

int64_t file_size(const char *path)
{
	struct stat st;

	return lstat(path, &st) ? -1 : st.st_size;
}

bool file_make_directory(struct task *task, const char *path)
{
	char *copy = arena_strdup(task->arena, path);

	for (char *slash = copy + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		if (mkdir(copy, 0755) && errno != EEXIST)
			return false;
		*slash = '/';
	}
	return !mkdir(copy, 0755) || errno == EEXIST;
}

static const char *directory_of(struct task *task, const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? arena_strndup(task->arena, path,
				     (size_t)(slash - path)) :
		       ".";
}

bool file_move(struct task *task, const char *from, const char *to)
{
	const char *source = directory_of(task, from);
	const char *target = directory_of(task, to);

	if (!file_make_directory(task, target))
		return false;
	if (rename(from, to) && (errno != ENOENT || file_size(to) < 0))
		return false;
	return sync_path(target, O_RDONLY | O_DIRECTORY) &&
	       (sync_path(source, O_RDONLY | O_DIRECTORY) || errno == ENOENT);
}

bool file_remove(const char *path)
{
	return !unlink(path) || errno == ENOENT;
}

static int remove_entry(const char *path, const struct stat *st, int type,
			struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	remove(path);
	return 0;
}

void file_remove_tree(const char *path)
{
	nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

const char *file_media(struct task *task, bool is_public, const char *relative)
{
	return arena_printf(task->arena, "%s/%s/%s", task->conf->media_dir,
			    is_public ? "public" : "private", relative);
}

bool file_is_relative(const char *path)
{
	if (!*path || strlen(path) > 1000)
		return false;
	for (const char *part = path; part; part = strchr(part, '/')) {
		if (*part == '/' && part != path)
			part++;
		if (*part == '.' || *part == '/' || !*part)
			return false;
	}
	return true;
}
