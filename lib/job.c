/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "job.h"

#include <dirent.h>
#include <errno.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "bug.h"
#include "conf.h"
#include "db.h"

static const struct {
	enum job_kind kind;
	const char *name;
	int attempts;
} kinds[] = {
#define JOB_ROW(name, queue, lease, attempts, batch) \
	{ JOB_##name, #name, attempts },
	JOB_KINDS(JOB_ROW)
#undef JOB_ROW
};

static size_t kind_index(enum job_kind kind)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (kinds[i].kind == kind)
			return i;
	BUG("no job kind %d", (int)kind);
}

const char *job_kind_name(enum job_kind kind)
{
	return kinds[kind_index(kind)].name;
}

static const char *optional(struct task *task, int64_t number)
{
	return number ? db_number(task, number) : NULL;
}

int64_t job_insert(struct task *task, enum job_kind kind, json_object *payload,
		   struct job_options options)
{
	int attempts = kinds[kind_index(kind)].attempts;
	int priority = options.priority ? options.priority : 5;
	struct rows rows;

	rows = db(task, "job/insert", db_number(task, kind),
		  json_object_to_json_string(payload),
		  db_number(task, attempts), db_number(task, priority),
		  db_number(task, options.delay), options.uniq,
		  optional(task, options.owner_id),
		  optional(task, options.needs));
	return db_bool(rows, 0, 1) ? db_int(rows, 0, 0) : 0;
}

/* KIND.PID.sock; anything else in the directory is not ours. */
static bool is_socket_of(const char *file, const char *kind)
{
	size_t len = strlen(kind);

	return !strncmp(file, kind, len) && file[len] == '.' &&
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

void job_wake(const struct task *task, enum job_kind kind)
{
	const char *name = job_kind_name(kind);
	const char *directory = task->conf->wake_dir;
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
