/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cardume.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actor_key.h"
#include "arena.h"
#include "bug.h"
#include "db.h"

#define GROUP "cardume"
#define SECRET_BYTES 32

/* A role per program. */
static const char *const roles[] = {
	"cardume",	  "cardume_page",   "cardume_api",    "cardume_ap",
	"cardume_upload", "cardume_worker", "cardume_signal",
};

/* What a stuck program may hold up is bounded. */
static const char *const bounds[] = {
	"ALTER ROLE % SET lock_timeout = '2s'",
	"ALTER ROLE % SET idle_in_transaction_session_timeout = '10s'",
};

static const char *const folders[] = {
	"incoming",
	"source",
	"work",
	"public/static/web-videos",
	"public/static/streaming-playlists/hls",
	"public/lazy-static/thumbnails",
	"public/lazy-static/torrents",
	"public/lazy-static/avatars",
	"public/lazy-static/banners",
	"public/lazy-static/logos",
	"public/lazy-static/storyboards",
	"public/lazy-static/video-captions",
	"private/static/web-videos",
	"private/static/streaming-playlists/hls",
	"private/lazy-static/thumbnails",
	"private/lazy-static/torrents",
	"private/lazy-static/video-captions",
};

static bool exists(struct task *task, PGconn *conn, const char *sql,
		   const char *name)
{
	const char *values[] = { name };

	return PQntuples(admin_run(task, conn, sql, 1, values)) > 0;
}

/* The name in cardume.conf's conninfo. */
static const char *database_name(struct task *task)
{
	char *error = NULL;
	PQconninfoOption *options =
		PQconninfoParse(task->conf->database, &error);
	const char *name = "cardume";

	if (!options)
		fail(task, 500, "cardume.conf: database: %s",
		     error ? error : "cannot be read");
	for (PQconninfoOption *o = options; o->keyword; o++)
		if (!strcmp(o->keyword, "dbname") && o->val)
			name = arena_strdup(task->arena, o->val);
	PQconninfoFree(options);
	return name;
}

/* Names cannot be parameters of a utility statement: quoted by libpq. */
static void run_named(struct task *task, PGconn *conn, const char *fmt,
		      const char *name)
{
	char *quoted = PQescapeIdentifier(conn, name, strlen(name));
	const char *percent = strchr(fmt, '%');
	const char *sql;

	if (!quoted)
		fail(task, 500, "%s", PQerrorMessage(conn));
	sql = arena_printf(task->arena, "%.*s%s%s", (int)(percent - fmt), fmt,
			   quoted, percent + 1);
	PQfreemem(quoted);
	admin_run(task, conn, sql, 0, NULL);
}

static void setup_role(struct task *task, PGconn *conn, const char *role)
{
	if (!exists(task, conn, "SELECT FROM pg_roles WHERE rolname = $1",
		    role)) {
		run_named(task, conn, "CREATE ROLE % LOGIN", role);
		printf("made database role %s\n", role);
	}
	if (!strcmp(role, "cardume"))
		return;
	for (size_t i = 0; i < ARRAY_LEN(bounds); i++)
		run_named(task, conn, bounds[i], role);
	run_named(task, conn,
		  !strcmp(role, "cardume_worker") ?
			  "ALTER ROLE % SET statement_timeout = '60s'" :
			  "ALTER ROLE % SET statement_timeout = '5s'",
		  role);
}

static void setup_database(struct task *task, const char *admin)
{
	PGconn *conn = admin_connect(task, admin, NULL, NULL);
	const char *name = database_name(task);

	for (size_t i = 0; i < ARRAY_LEN(roles); i++)
		setup_role(task, conn, roles[i]);
	if (!exists(task, conn, "SELECT FROM pg_database WHERE datname = $1",
		    name)) {
		run_named(task, conn,
			  "CREATE DATABASE % OWNER cardume"
			  " TEMPLATE template0 ENCODING 'UTF8'"
			  " LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'",
			  name);
		printf("made database %s\n", name);
	}
	run_named(task, conn, "REVOKE ALL ON DATABASE % FROM PUBLIC", name);
	run_named(task, conn,
		  "GRANT CONNECT ON DATABASE % TO cardume,"
		  " cardume_page, cardume_api, cardume_ap, cardume_upload,"
		  " cardume_worker, cardume_signal",
		  name);
	conn = admin_connect(task, admin, NULL, name);
	admin_run(task, conn, "SET client_min_messages = warning", 0, NULL);
	admin_run(task, conn, "CREATE EXTENSION IF NOT EXISTS pg_trgm", 0,
		  NULL);
	admin_run(task, conn, "CREATE EXTENSION IF NOT EXISTS unaccent", 0,
		  NULL);
}

/* To the group of the programs, where there is one and we may. */
static void give_to_group(struct task *task, const char *path, mode_t mode)
{
	struct group *group = getgrnam(GROUP);

	if (!geteuid() && group && chown(path, (uid_t)-1, group->gr_gid))
		fail(task, 500, "cannot give %s to group %s: %s", path, GROUP,
		     strerror(errno));
	if (chmod(path, mode))
		fail(task, 500, "cannot set the mode of %s: %s", path,
		     strerror(errno));
}

/* mkdir -p; only what was missing gets the mode and the group. */
static void make_folder(struct task *task, const char *path)
{
	char *copy = arena_strdup(task->arena, path);

	for (char *slash = copy + 1;; slash++) {
		char here = *slash;

		if (here && here != '/')
			continue;
		*slash = '\0';
		if (!mkdir(copy, 0770))
			give_to_group(task, copy, 02770);
		else if (errno != EEXIST)
			fail(task, 500, "cannot make directory %s: %s", copy,
			     strerror(errno));
		*slash = here;
		if (!here)
			return;
	}
}

static void make_parent(struct task *task, const char *path)
{
	make_folder(task, dirname(arena_strdup(task->arena, path)));
}

/* Makes `path` with these bytes unless it is there. */
static bool make_file(struct task *task, const char *path, const void *bytes,
		      size_t len)
{
	int fd;
	bool ok;

	make_parent(task, path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 && errno == EEXIST)
		return false;
	if (fd < 0)
		fail(task, 500, "cannot make %s: %s", path, strerror(errno));
	ok = write(fd, bytes, len) == (ssize_t)len && !fsync(fd);
	close(fd);
	if (!ok)
		fail(task, 500, "cannot write %s: %s", path, strerror(errno));
	return true;
}

static void setup_files(struct task *task)
{
	const struct conf *conf = task->conf;
	unsigned char secret[SECRET_BYTES];

	if (getrandom(secret, sizeof(secret), 0) != sizeof(secret))
		BUG("no random numbers");
	if (make_file(task, conf->secret_file, secret, sizeof(secret))) {
		give_to_group(task, conf->secret_file, 0640);
		printf("made %s\n", conf->secret_file);
	}
	for (size_t i = 0; i < ARRAY_LEN(folders); i++)
		make_folder(task, arena_printf(task->arena, "%s/%s",
					       conf->media_dir, folders[i]));
	make_folder(task, conf->wake_dir);
	if (*conf->tracker_whitelist &&
	    make_file(task, conf->tracker_whitelist, "", 0))
		give_to_group(task, conf->tracker_whitelist, 0664);
}

static void setup_instance(struct task *task)
{
	struct actor_key key;

	db(task, "admin/set-origin", task->conf->origin);
	db(task, "admin/make-oauth-client");
	if (db(task, "admin/server-actor").count)
		return;
	key = actor_key_new(task);
	db(task, "admin/make-server-actor", key.public_key, key.private_key);
	puts("made the server actor");
}

/* Roles and database alone: for a host where only PostgreSQL's own user may be
 * its superuser, and nobody else. */
static void command_setup_database(struct call *call)
{
	const char *admin = getenv("CARDUME_ADMIN_DATABASE");

	no_arguments(call);
	setup_database(call->task, admin ? admin : "dbname=postgres");
	puts("the database and its roles are there");
}

static void command_setup(struct call *call)
{
	const char *admin = getenv("CARDUME_ADMIN_DATABASE");

	no_arguments(call);
	if (admin)
		setup_database(call->task, admin);
	else
		puts("CARDUME_ADMIN_DATABASE is not set: the database and its"
		     " roles are taken as they are");
	setup_files(call->task);
	migrate(call, false);
	setup_instance(call->task);
	printf("%s is set up\n", call->conf->origin);
}

const struct command setup_commands[] = {
	{ "setup database", "",
	  "make the database and its roles alone, as the superuser of the"
	  " conninfo in\n      $CARDUME_ADMIN_DATABASE (dbname=postgres)",
	  command_setup_database },
	{ "setup", "",
	  "make what is missing: database and its roles (where"
	  " $CARDUME_ADMIN_DATABASE is set),\n      schema, secret,"
	  " directories, server actor, settings",
	  command_setup },
	{ 0 },
};
