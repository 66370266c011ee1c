/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cardume.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "arena.h"
#include "buf.h"
#include "bug.h"
#include "db.h"
#include "query.h"

struct check {
	struct call *call;
	int problems;
};

__attribute__((format(printf, 2, 3))) static void problem(struct check *check,
							  const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fputs("- ", stdout);
	vprintf(fmt, args);
	putchar('\n');
	va_end(args);
	check->problems++;
}

/* The program that runs the queries of a folder of sql/, where they do not
 * name their own; "": the owner. */
static const struct {
	const char *prefix;
	const char *role;
} folder_roles[] = {
	{ "admin/", "" },    { "ap/", "ap" },	      { "api/", "api" },
	{ "feed/", "page" }, { "job/", "worker" },    { "media/", "worker" },
	{ "page/", "page" }, { "signal/", "signal" }, { "user/", "page" },
};

static const char *roles_of(const struct query *query)
{
	if (*query->roles)
		return query->roles;
	for (size_t i = 0; i < ARRAY_LEN(folder_roles); i++)
		if (!strncmp(query->name, folder_roles[i].prefix,
			     strlen(folder_roles[i].prefix)))
			return folder_roles[i].role;
	BUG("no program is known for query %s", query->name);
}

/* Is `role` among these words? */
static bool names_role(const char *roles, const char *role)
{
	size_t len = strlen(role);

	for (const char *word = roles; word;) {
		size_t here = strcspn(word, " ");

		if (here == len && !strncmp(word, role, len))
			return true;
		word = word[here] ? word + here + 1 : NULL;
	}
	return false;
}

/* EXPLAIN EXECUTE checks the rights to tables too, as PREPARE does not. */
static const char *explain_text(struct task *task, const struct query *query)
{
	struct buf sql = buf_make(task->arena, 4096);

	buf_str(&sql, "EXPLAIN EXECUTE tried");
	for (size_t i = 0; i < query->nr_params; i++)
		buf_str(&sql, i ? ", NULL" : "(NULL");
	if (query->nr_params)
		buf_char(&sql, ')');
	return sql.data;
}

static bool is_done(struct check *check, const struct query *query,
		    PGconn *conn, PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);
	bool ok = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;

	if (!ok)
		problem(check, "query %s as %s: %s", query->name, PQuser(conn),
			PQresultErrorMessage(result));
	PQclear(result);
	return ok;
}

static void check_query(struct check *check, PGconn *conn,
			const struct query *query)
{
	struct task *task = check->call->task;
	PGresult *prepared = PQprepare(conn, "tried", query->sql, 0, NULL);
	PGresult *described;
	int count;

	if (!is_done(check, query, conn, prepared))
		return;
	described = PQdescribePrepared(conn, "tried");
	count = PQnparams(described);
	PQclear(described);
	if (count != (int)query->nr_params)
		problem(check, "query %s declares %zu parameters and has %d",
			query->name, query->nr_params, count);
	else
		is_done(check, query, conn,
			PQexecParams(conn, explain_text(task, query), 0, NULL,
				     NULL, NULL, NULL, 0));
	PQclear(PQexecParams(conn, "DEALLOCATE tried", 0, NULL, NULL, NULL,
			     NULL, 0));
}

static void check_role(struct check *check, const char *role)
{
	struct call *call = check->call;
	const char *user = arena_printf(call->task->arena, "cardume%s%s",
					*role ? "_" : "", role);
	PGconn *conn =
		admin_connect(call->task, call->conf->database, user, NULL);
	int tried = 0;

	/* Else functions would be called with NULL for estimates. */
	PQclear(PQexecParams(conn, "SET plan_cache_mode = force_generic_plan",
			     0, NULL, NULL, NULL, NULL, 0));
	for (size_t i = 0; i < nr_queries; i++) {
		if (!names_role(roles_of(&queries[i]), role))
			continue;
		check_query(check, conn, &queries[i]);
		tried++;
	}
	printf("%s: %d queries tried\n", user, tried);
}

/* Each named query under the roles of the programs that run it. */
static void check_queries(struct check *check)
{
	static const char *const roles[] = { "",       "page",	 "api",	  "ap",
					     "upload", "worker", "signal" };

	for (size_t i = 0; i < ARRAY_LEN(roles); i++)
		check_role(check, roles[i]);
	printf("%zu queries tried\n", nr_queries);
}

static void check_folder(struct check *check, const char *path)
{
	struct stat st;

	if (stat(path, &st))
		problem(check, "%s is missing: run \"cardume setup\"", path);
	else if (!S_ISDIR(st.st_mode))
		problem(check, "%s is not a directory", path);
	else if (access(path, W_OK | X_OK))
		problem(check, "%s cannot be written by this user", path);
}

static void check_files(struct check *check)
{
	const struct conf *conf = check->call->conf;
	struct stat st;
	struct statvfs fs;

	if (stat(conf->secret_file, &st))
		problem(check,
			"the secret %s is missing: run \"cardume"
			" setup\"",
			conf->secret_file);
	else if (st.st_size < 32)
		problem(check, "the secret %s is shorter than 32 bytes",
			conf->secret_file);
	else if (st.st_mode & 007)
		problem(check, "the secret %s can be read by everybody",
			conf->secret_file);
	check_folder(check, conf->media_dir);
	check_folder(check, conf->wake_dir);
	if (access(conf->ffmpeg, X_OK))
		problem(check, "there is no FFmpeg at %s", conf->ffmpeg);
	if (access(conf->probe, X_OK))
		problem(check, "there is no probe program at %s", conf->probe);
	if (!statvfs(conf->media_dir, &fs) &&
	    fs.f_bavail / 1024 * fs.f_frsize / 1024 <
		    (unsigned long)conf->min_free_megabytes)
		problem(check,
			"less than %d MB are free below %s: uploads are"
			" refused",
			conf->min_free_megabytes, conf->media_dir);
}

static void check_instance(struct check *check)
{
	struct rows rows = db(check->call->task, "admin/check");

	for (int i = 0; i < rows.count; i++)
		problem(check, "%s", db_text(rows, i, 0));
}

static void conclude(struct check *check)
{
	if (check->problems)
		fail(check->call->task, 500, "%d problem%s found",
		     check->problems, check->problems == 1 ? "" : "s");
	puts("all is well");
}

static void command_check(struct call *call)
{
	struct check check = { .call = call };

	if (call->argc == 2 && !strcmp(call->argv[1], "--queries")) {
		check_queries(&check);
	} else {
		no_arguments(call);
		check_files(&check);
		if (db_ping(call->task->db))
			check_instance(&check);
		else
			problem(&check,
				"the database cannot be reached as role"
				" cardume (%s)",
				call->conf->database);
	}
	conclude(&check);
}

const struct command check_commands[] = {
	{ "check", "[--queries]",
	  "say what is wrong with this installation; --queries: try every"
	  " named query\n      under the role of the program it belongs to",
	  command_check },
	{ 0 },
};
