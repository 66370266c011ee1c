/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "wake.h"

#include <dirent.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log.h"

/* NAME.PID.sock; anything else in the directory is not ours. */
static bool is_socket_of(const char *file, const char *name)
{
	size_t len = strlen(name);

	return !strncmp(file, name, len) && file[len] == '.' &&
	       strlen(file) > 5 && !strcmp(file + strlen(file) - 5, ".sock");
}

static void wake_one(int fd, const char *directory, const char *file)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int len = snprintf(address.sun_path, sizeof(address.sun_path), "%s/%s",
			   directory, file);

	if (len < 0 || (size_t)len >= sizeof(address.sun_path))
		return;
	if (sendto(fd, "", 1, MSG_DONTWAIT | MSG_NOSIGNAL,
		   (struct sockaddr *)&address, sizeof(address)) < 0 &&
	    errno == ECONNREFUSED)
		unlink(address.sun_path);
}

void wake_send(const char *directory, const char *name)
{
	DIR *dir = opendir(directory);
	struct dirent *entry;
	int fd;

	if (!dir)
		return;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	while (fd >= 0 && (entry = readdir(dir)))
		if (is_socket_of(entry->d_name, name))
			wake_one(fd, directory, entry->d_name);
	if (fd >= 0)
		close(fd);
	closedir(dir);
}

bool wake_open(struct wake *wake, const char *directory, const char *name)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int len = snprintf(address.sun_path, sizeof(address.sun_path),
			   "%s/%s.%d.sock", directory, name, (int)getpid());

	wake->fd = -1;
	if (len < 0 || (size_t)len >= sizeof(address.sun_path))
		return false;
	wake->fd =
		socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (wake->fd < 0)
		return false;
	unlink(address.sun_path);
	if (bind(wake->fd, (struct sockaddr *)&address, sizeof(address)) ||
	    chmod(address.sun_path, 0660)) {
		log_warning("no wake-up socket %s: %m", address.sun_path);
		close(wake->fd);
		wake->fd = -1;
		return false;
	}
	memcpy(wake->path, address.sun_path, sizeof(wake->path));
	return true;
}

void wake_drain(const struct wake *wake)
{
	char byte[16];

	while (recv(wake->fd, byte, sizeof(byte), MSG_DONTWAIT) > 0)
		;
}

void wake_close(struct wake *wake)
{
	if (wake->fd < 0)
		return;
	close(wake->fd);
	unlink(wake->path);
	wake->fd = -1;
}
