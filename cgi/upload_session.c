/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "upload_session.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf.h"
#include "db.h"
#include "log.h"

#define STEP ((size_t)16 * 1024 * 1024)

static struct rows find_row(struct upload_session *session)
{
	struct task *task = session->request->task;
	struct rows rows =
		db(task, "user/upload-session-find",
		   db_number(task, session->request->viewer.id), session->id);

	session->uuid = db_text(rows, 0, 0);
	session->size = db_int(rows, 0, 1);
	session->received = db_int(rows, 0, 2);
	session->filename = db_text(rows, 0, 3);
	session->video_id = db_int(rows, 0, 4);
	session->form = db_text(rows, 0, 5);
	session->thumbnail = db_text(rows, 0, 6);
	session->answer = db_text(rows, 0, 7);
	session->expires = db_text(rows, 0, 8);
	return rows;
}

struct upload_session *upload_session_find(struct request *request)
{
	struct arena *arena = request->task->arena;
	struct upload_session *session = arena_alloc(arena, sizeof(*session));
	struct stat status;

	session->request = request;
	session->fd = -1;
	session->id = request_text(request, "upload_id", 1, 100);
	find_row(session);
	session->path = arena_printf(arena, "source/%s", session->uuid);
	session->full = arena_printf(
		arena, "%s/%s", request->task->conf->media_dir, session->path);
	if (session->answer)
		return session;
	if (stat(session->full, &status))
		session->received = 0;
	else if (status.st_size < session->received)
		session->received = status.st_size;
	return session;
}

static _Noreturn void fail_locked(struct task *task)
{
	fail_code(task, 423, "FileLocked",
		  "Another piece of this file is being written.");
}

static _Noreturn void fail_write(struct upload_session *session)
{
	struct task *task = session->request->task;
	int error = errno;

	log_error("upload: %s: %s", session->full, strerror(error));
	if (error == ENOSPC || error == EDQUOT)
		fail(task, 507,
		     "There is no room left for uploads. The"
		     " administrators have to make some.");
	fail(task, 500, "The piece could not be stored.");
}

static void close_file(void *ptr)
{
	struct upload_session *session = ptr;

	if (session->fd >= 0)
		close(session->fd);
	session->fd = -1;
}

/* What was acknowledged before the machine died may not have outlived it:
 * then it is to be sent again (a file's length never tells of bytes that were
 * not written). What was not acknowledged goes. */
static void settle(struct upload_session *session)
{
	struct task *task = session->request->task;
	struct stat status;

	if (fstat(session->fd, &status))
		fail_write(session);
	/* Another process has put the first piece in this file's place. */
	if (!status.st_nlink)
		fail_locked(task);
	if (session->answer)
		return;
	if (status.st_size < session->received) {
		db(task, "user/upload-session-grow", session->id,
		   db_number(task, session->received),
		   db_number(task, status.st_size));
		session->received = status.st_size;
	}
	if (status.st_size > session->received &&
	    ftruncate(session->fd, session->received))
		fail_write(session);
}

void upload_session_lock(struct upload_session *session)
{
	struct task *task = session->request->task;
	int flags = O_RDWR | O_NOFOLLOW | O_CLOEXEC;

	session->fd = open(session->full, flags | O_CREAT, 0640);
	if (session->fd < 0)
		fail_write(session);
	arena_defer(task->arena, close_file, session);
	if (flock(session->fd, LOCK_EX | LOCK_NB))
		fail_locked(task);
	find_row(session);
	settle(session);
}

static bool sync_folder(struct upload_session *session)
{
	struct task *task = session->request->task;
	const char *path =
		arena_printf(task->arena, "%s/source", task->conf->media_dir);
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool is_synced = fd >= 0 && !fsync(fd);

	if (fd >= 0)
		close(fd);
	return is_synced;
}

/* nginx's file takes the empty one's place, with its lock: whoever waits for
 * the old one sees that it is gone. */
static void move(struct upload_session *session, struct upload_body *body)
{
	int fd = fcntl(body->fd, F_DUPFD_CLOEXEC, 0);

	if (fd < 0)
		fail_write(session);
	close(session->fd);
	session->fd = fd;
	if (flock(fd, LOCK_EX | LOCK_NB) || fchmod(fd, 0640) ||
	    rename(body->path, session->full))
		fail_write(session);
}

static void copy(struct upload_session *session, struct upload_body *body)
{
	off_t from = 0, to = session->received;
	int64_t left = body->size;

	while (left > 0) {
		size_t step = left < (int64_t)STEP ? (size_t)left : STEP;
		ssize_t n = copy_file_range(body->fd, &from, session->fd, &to,
					    step, 0);

		if (n <= 0)
			fail_write(session);
		left -= n;
	}
}

void upload_session_sync(struct upload_session *session)
{
	if (fdatasync(session->fd) || !sync_folder(session))
		fail_write(session);
}

void upload_session_append(struct upload_session *session,
			   struct upload_body *body)
{
	struct task *task = session->request->task;
	int64_t received = session->received + body->size;

	if (session->received)
		copy(session, body);
	else
		move(session, body);
	/* Begins to write, so that the end need not wait for all of it. */
	sync_file_range(session->fd, session->received, body->size,
			SYNC_FILE_RANGE_WRITE);
	db(task, "user/upload-session-grow", session->id,
	   db_number(task, session->received), db_number(task, received));
	session->received = received;
}
