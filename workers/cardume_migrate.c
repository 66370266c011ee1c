/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cardume.h"

#include <dirent.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "bug.h"

#define MAX_SCRIPT (4 << 20)

/* "Cardume" as a number: no two migrations at once. */
#define LOCK_KEY "18827140573162853"

/* A folder of SQL files in the order of their names. */
struct folder {
	struct task *task;
	const char *path;
	struct dirent **entries;
	int count;
};

static void free_entries(void *ptr)
{
	struct folder *folder = ptr;

	for (int i = 0; i < folder->count; i++)
		free(folder->entries[i]);
	free(folder->entries);
}

static int is_sql(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return len > 4 && !strcmp(entry->d_name + len - 4, ".sql");
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static struct folder *open_folder(struct call *call, const char *name)
{
	struct arena *arena = call->task->arena;
	struct folder *folder = arena_alloc(arena, sizeof(*folder));

	folder->task = call->task;
	folder->path = arena_printf(arena, "%s/%s", call->sql_dir, name);
	folder->count =
		scandir(folder->path, &folder->entries, is_sql, by_bytes);
	if (folder->count <= 0)
		fail(call->task, 500,
		     "there are no SQL files in %s; is --sql"
		     " or CARDUME_SQL_DIR right?",
		     folder->path);
	arena_defer(arena, free_entries, folder);
	return folder;
}

static const char *read_script(struct folder *folder, int index)
{
	struct task *task = folder->task;
	const char *path = arena_printf(task->arena, "%s/%s", folder->path,
					folder->entries[index]->d_name);
	struct buf text = buf_make(task->arena, MAX_SCRIPT);
	char piece[8192];
	size_t len;
	FILE *file = fopen(path, "re");

	if (!file)
		fail(task, 500, "cannot read %s", path);
	while ((len = fread(piece, 1, sizeof(piece), file)) > 0)
		buf_add(&text, piece, len);
	fclose(file);
	return text.data;
}

static const char *sha256_hex(struct task *task, const char *text)
{
	unsigned char digest[32];
	struct buf hex = buf_make(task->arena, 65);

	if (!EVP_Digest(text, strlen(text), digest, NULL, EVP_sha256(), NULL))
		BUG("SHA-256 failed");
	for (size_t i = 0; i < sizeof(digest); i++)
		buf_printf(&hex, "%02x", digest[i]);
	return hex.data;
}

/* One checksum over a whole folder. */
static const char *folder_checksum(struct folder *folder)
{
	struct buf all = buf_make(folder->task->arena, MAX_SCRIPT);

	for (int i = 0; i < folder->count; i++)
		buf_printf(&all, "%s %s\n", folder->entries[i]->d_name,
			   sha256_hex(folder->task, read_script(folder, i)));
	return sha256_hex(folder->task, all.data);
}

static int line_of(const char *text, const char *position)
{
	long left = position ? strtol(position, NULL, 10) - 1 : 0;
	int line = 1;

	/* The position counts characters, not bytes. */
	for (; *text && left > 0; text++) {
		line += *text == '\n';
		left -= ((unsigned char)text[1] & 0xc0) != 0x80;
	}
	return line;
}

static _Noreturn void fail_script(struct folder *folder, int index,
				  const char *text, const PGresult *result)
{
	const char *detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL);

	fail(folder->task, 500, "%s/%s:%d: %s%s%s", folder->path,
	     folder->entries[index]->d_name,
	     line_of(text,
		     PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION)),
	     PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY),
	     detail ? "; " : "", detail ? detail : "");
}

static void clear_result(void *result)
{
	PQclear(result);
}

/*
 * The only place where text of many statements goes to PostgreSQL: our own
 * installed files, which hold no value from outside. The simple protocol is
 * the one that takes more than one statement.
 */
static void run_script(PGconn *conn, struct folder *folder, int index)
{
	const char *text = read_script(folder, index);
	PGresult *result;
	PGresult *failed = NULL;

	if (!PQsendQuery(conn, text))
		fail(folder->task, 503, "%s", PQerrorMessage(conn));
	while ((result = PQgetResult(conn))) {
		if (!failed && PQresultStatus(result) == PGRES_FATAL_ERROR)
			failed = result;
		else
			PQclear(result);
	}
	if (!failed)
		return;
	arena_defer(folder->task->arena, clear_result, failed);
	fail_script(folder, index, text, failed);
}

PGresult *admin_run(struct task *task, PGconn *conn, const char *sql,
		    int nr_values, const char *const values[])
{
	PGresult *result =
		PQexecParams(conn, sql, nr_values, NULL, values, NULL, NULL, 0);
	ExecStatusType status = PQresultStatus(result);

	arena_defer(task->arena, clear_result, result);
	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
		fail(task, 500, "%s", PQresultErrorMessage(result));
	return result;
}

static void prepare_database(struct task *task, PGconn *conn)
{
	static const char *const statements[] = {
		"SET client_min_messages = warning",
		"SET lock_timeout = '60s'",
		"SELECT pg_advisory_lock(" LOCK_KEY ")",
		"CREATE TABLE IF NOT EXISTS migration ("
		" name text PRIMARY KEY, checksum text NOT NULL,"
		" applied_at timestamptz NOT NULL DEFAULT now())",
	};

	for (size_t i = 0; i < ARRAY_LEN(statements); i++)
		admin_run(task, conn, statements[i], 0, NULL);
}

/* The checksum with which `name` was applied, or NULL. */
static const char *applied(struct task *task, PGconn *conn, const char *name)
{
	const char *values[] = { name };
	PGresult *result = admin_run(
		task, conn, "SELECT checksum FROM migration WHERE name = $1", 1,
		values);

	return PQntuples(result) ? PQgetvalue(result, 0, 0) : NULL;
}

static void record(struct task *task, PGconn *conn, const char *name,
		   const char *checksum)
{
	const char *values[] = { name, checksum };

	admin_run(task, conn,
		  "INSERT INTO migration (name, checksum) VALUES ($1, $2)"
		  " ON CONFLICT (name) DO UPDATE"
		  " SET checksum = excluded.checksum, applied_at = now()",
		  2, values);
}

/* True when it was not there yet. */
static bool apply_migration(PGconn *conn, struct folder *folder, int index)
{
	struct task *task = folder->task;
	const char *name = folder->entries[index]->d_name;
	const char *checksum = sha256_hex(task, read_script(folder, index));
	const char *before = applied(task, conn, name);

	if (before && strcmp(before, checksum))
		fail(task, 500,
		     "%s was changed after it had been applied to"
		     " this database. Migrations are never edited once"
		     " released; in a checkout, start with a new database.",
		     name);
	if (before)
		return false;
	admin_run(task, conn, "BEGIN", 0, NULL);
	run_script(conn, folder, index);
	record(task, conn, name, checksum);
	admin_run(task, conn, "COMMIT", 0, NULL);
	printf("applied %s\n", name);
	return true;
}

/* All files in one transaction, unless the same were applied last time. */
static void apply_folder(PGconn *conn, struct folder *folder, const char *name,
			 bool force)
{
	struct task *task = folder->task;
	const char *checksum = folder_checksum(folder);
	const char *before = applied(task, conn, name);

	if (before && !strcmp(before, checksum) && !force)
		return;
	admin_run(task, conn, "BEGIN", 0, NULL);
	for (int i = 0; i < folder->count; i++)
		run_script(conn, folder, i);
	record(task, conn, name, checksum);
	admin_run(task, conn, "COMMIT", 0, NULL);
	printf("applied %s\n", name);
}

static void finish(void *conn)
{
	PQfinish(conn);
}

PGconn *admin_connect(struct task *task, const char *conninfo, const char *user,
		      const char *database)
{
	/* libpq passes over empty ones and takes the last of a kind. */
	const char *const keywords[] = { "dbname", "user", "dbname",
					 "client_encoding", NULL };
	const char *const values[] = { conninfo, user, database, "UTF8", NULL };
	PGconn *conn = PQconnectdbParams(keywords, values, 1);

	arena_defer(task->arena, finish, conn);
	if (PQstatus(conn) != CONNECTION_OK)
		fail(task, 503, "cannot reach the database: %s",
		     PQerrorMessage(conn));
	return conn;
}

void migrate(struct call *call, bool force)
{
	struct folder *migrations = open_folder(call, "migrations");
	PGconn *conn = admin_connect(call->task, call->conf->database,
				     "cardume", NULL);
	bool changed = force;

	prepare_database(call->task, conn);
	for (int i = 0; i < migrations->count; i++)
		changed |= apply_migration(conn, migrations, i);
	apply_folder(conn, open_folder(call, "rebuild"), "rebuild", changed);
	apply_folder(conn, open_folder(call, "seed"), "seed", changed);
	puts("the schema is up to date");
}

static void command_migrate(struct call *call)
{
	bool force = call->argc == 2 && !strcmp(call->argv[1], "--force");

	if (!force)
		no_arguments(call);
	migrate(call, force);
}

const struct command migrate_commands[] = {
	{ "migrate", "[--force]",
	  "bring the database's schema up to date (safe to run again);"
	  " --force re-applies functions, rights and seeds",
	  command_migrate },
	{ 0 },
};
