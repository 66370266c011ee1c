/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "db.h"

#include <errno.h>
#include <inttypes.h>
#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bug.h"
#include "buf.h"
#include "conf.h"
#include "config.h"
#include "log.h"
#include "wake.h"

#define RECONNECT_SECONDS 5
#define MAX_VALUES 64

struct db {
	const struct conf *conf;
	const char *role;
	PGconn *conn;
	bool *prepared; /* by index into queries[] */
	bool in_transaction;
	char wakes[32]; /* worker that has something to do after the commit */
};

struct db *db_new(const struct conf *conf, const char *role)
{
	struct db *db = calloc(1, sizeof(*db));

	if (!db)
		BUG("out of memory for a database handle");
	db->conf = conf;
	db->role = role;
	db->prepared = calloc(nr_queries + 1, sizeof(*db->prepared));
	if (!db->prepared)
		BUG("out of memory for a database handle");
	return db;
}

void db_free(struct db *db)
{
	if (!db)
		return;
	PQfinish(db->conn);
	free(db->prepared);
	free(db);
}

static const char *sqlstate(const PGresult *result)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

	return state ? state : "";
}

/* wake() of sql/rebuild/15-job.sql says so. */
static void on_notice(void *ctx, const PGresult *result)
{
	struct db *db = ctx;
	const char *name = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

	if (!strcmp(sqlstate(result), "CDWAK") && name)
		snprintf(db->wakes, sizeof(db->wakes), "%s", name);
}

static void wake_worker(struct db *db)
{
	if (!*db->wakes || PQtransactionStatus(db->conn) != PQTRANS_IDLE)
		return;
	wake_send(db->conf->wake_dir, db->wakes);
	*db->wakes = '\0';
}

/* What every connection runs under: what URLs are made of, and what documents
 * say of this program. */
static bool configure(struct db *db)
{
	static const char sql[] =
		"SELECT set_config('cardume.origin', $1, false),"
		" set_config('cardume.version', $2, false),"
		" set_config('cardume.mail', $3, false),"
		" set_config('cardume.private', $4, false),"
		" set_config('cardume.wakes', 'on', false),"
		" set_config('plan_cache_mode', 'force_generic_plan', false),"
		" set_config('jit', 'off', false)";
	const char *values[] = { db->conf->origin, PACKAGE_VERSION,
				 *db->conf->smtp_url ? "on" : "off",
				 *db->conf->allow_private_addresses ? "on" :
								      "off" };
	PGresult *result = PQexecParams(db->conn, sql, ARRAY_LEN(values), NULL,
					values, NULL, NULL, 0);
	bool ok = PQresultStatus(result) == PGRES_TUPLES_OK;

	PQclear(result);
	return ok;
}

static bool connect_once(struct db *db)
{
	const char *const keywords[] = { "dbname",
					 "user",
					 "application_name",
					 "fallback_application_name",
					 "client_encoding",
					 "connect_timeout",
					 NULL };
	char user[64];
	const char *const values[] = {
		db->conf->database, user, user, "cardume", "UTF8", "3", NULL
	};

	snprintf(user, sizeof(user), "cardume%s%s", db->role ? "_" : "",
		 db->role ? db->role : "");
	PQfinish(db->conn);
	memset(db->prepared, 0, nr_queries * sizeof(*db->prepared));
	db->in_transaction = false;
	db->conn = PQconnectdbParams(keywords, values, 1);
	if (PQstatus(db->conn) != CONNECTION_OK) {
		log_warning("database: %s", PQerrorMessage(db->conn));
		return false;
	}
	PQsetNoticeReceiver(db->conn, on_notice, db);
	return configure(db);
}

static void sleep_milliseconds(long milliseconds)
{
	struct timespec pause = { milliseconds / 1000,
				  milliseconds % 1000 * 1000000 };

	nanosleep(&pause, NULL);
}

static bool reconnect(struct db *db)
{
	struct timespec now;
	time_t until;

	clock_gettime(CLOCK_MONOTONIC, &now);
	until = now.tv_sec + RECONNECT_SECONDS;
	while (!connect_once(db)) {
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (now.tv_sec >= until)
			return false;
		sleep_milliseconds(100);
	}
	return true;
}

static bool is_connected(const struct db *db)
{
	return db->conn && PQstatus(db->conn) == CONNECTION_OK;
}

bool db_ping(struct db *db)
{
	return is_connected(db) || connect_once(db);
}

static void clear_result(void *result)
{
	PQclear(result);
}

static bool prepare(struct db *db, const struct query *query, PGresult **error)
{
	size_t index = (size_t)(query - queries);
	PGresult *result;

	*error = NULL;
	if (db->prepared[index])
		return true;
	result = PQprepare(db->conn, query->name, query->sql, 0, NULL);
	if (PQresultStatus(result) != PGRES_COMMAND_OK) {
		*error = result;
		return false;
	}
	PQclear(result);
	db->prepared[index] = true;
	return true;
}

static PGresult *execute(struct db *db, const struct query *query,
			 const char *const values[])
{
	PGresult *error;

	if (query->custom_plan)
		return PQexecParams(db->conn, query->sql, (int)query->nr_params,
				    NULL, values, NULL, NULL, 0);
	if (!prepare(db, query, &error))
		return error;
	return PQexecPrepared(db->conn, query->name, (int)query->nr_params,
			      values, NULL, NULL, 0);
}

static bool is_ok(const PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);

	return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
}

/* The server went away under us, not the statement. */
static bool is_lost(const struct db *db, const PGresult *result)
{
	return !is_connected(db) || !strncmp(sqlstate(result), "57P", 3);
}

static PGresult *execute_retry(struct task *task, const struct query *query,
			       const char *const values[])
{
	struct db *db = task->db;
	bool in_transaction = db->in_transaction;
	PGresult *result;

	if (!is_connected(db) && (in_transaction || !reconnect(db)))
		fail(task, 503, "The database cannot be reached.");
	result = execute(db, query, values);
	wake_worker(db);
	if (is_ok(result) || !is_lost(db, result))
		return result;
	PQclear(result);
	if (!reconnect(db) || in_transaction || !query->read_only)
		fail(task, 503, "The database connection was lost.");
	return execute(db, query, values);
}

static int status_of(const char *state)
{
	static const struct {
		const char *prefix;
		int status;
	} table[] = {
		{ "23505", 409 }, { "23503", 404 }, { "23514", 400 },
		{ "23502", 400 }, { "22", 400 },    { "42501", 403 },
		{ "57014", 503 }, { "55P03", 503 }, { "53", 503 },
		{ "40", 503 },	  { "25006", 503 }, { "57P", 503 },
	};

	if (!strncmp(state, "PT", 2))
		return (int)strtol(state + 2, NULL, 10);
	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		if (!strncmp(state, table[i].prefix, strlen(table[i].prefix)))
			return table[i].status;
	return 500;
}

/* Texts of errors raised on purpose are for the person; all others are for
 * the log alone. */
static _Noreturn void fail_sql(struct task *task, const struct query *query,
			       const PGresult *result)
{
	const char *state = sqlstate(result);
	const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	const char *hint = PQresultErrorField(result, PG_DIAG_MESSAGE_HINT);
	const char *field = PQresultErrorField(result, PG_DIAG_COLUMN_NAME);
	int status = status_of(state);

	if (!strncmp(state, "PT", 2)) {
		if (hint)
			task->code = arena_strdup(task->arena, hint);
		if (field)
			task->field = arena_strdup(task->arena, field);
		fail(task, status, "%s", text ? text : "");
	}
	log_error("query %s: %s %s", query->name, state, text ? text : "");
	if (status == 409)
		fail(task, 409, "That exists already.");
	if (status == 404)
		fail(task, 404, "What this refers to does not exist.");
	if (status == 400)
		fail(task, 400, "A value is out of its range.");
	if (status == 403)
		fail(task, 403, "Not allowed.");
	if (status == 503)
		fail(task, 503, "The database is busy. Please try again.");
	fail(task, 500, "Something went wrong on our side.");
}

static struct rows make_rows(struct task *task, PGresult *result)
{
	arena_defer(task->arena, clear_result, result);
	return (struct rows){ .result = result,
			      .count = PQntuples(result),
			      .columns = PQnfields(result) };
}

struct rows db_run(struct task *task, const struct query *query,
		   const char *const values[])
{
	PGresult *result = execute_retry(task, query, values);
	struct rows rows = make_rows(task, result);

	if (!is_ok(result))
		fail_sql(task, query, result);
	return rows;
}

struct rows db_query(struct task *task, const char *name, int nr_values,
		     const char *const values[])
{
	const struct query *query = query_find(name);

	if ((size_t)nr_values != query->nr_params)
		BUG("query %s takes %zu values, not %d", name, query->nr_params,
		    nr_values);
	return db_run(task, query, values);
}

struct rows db_spelled(struct task *task, const char *name, size_t nr,
		       const char *const null_and_values[])
{
	return db_query(task, name, (int)nr - 1, null_and_values + 1);
}

bool db_try(struct task *task, struct rows *rows, const char *name,
	    int nr_values, const char *const values[])
{
	const struct query *query = query_find(name);
	PGresult *result;

	if ((size_t)nr_values != query->nr_params)
		BUG("query %s takes %zu values, not %d", name, query->nr_params,
		    nr_values);
	result = execute_retry(task, query, values);
	*rows = make_rows(task, result);
	if (is_ok(result))
		return true;
	if (strncmp(sqlstate(result), "23", 2))
		fail_sql(task, query, result);
	rows->constraint = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
	return false;
}

const char *db_text(struct rows rows, int row, int column)
{
	if (row >= rows.count || PQgetisnull(rows.result, row, column))
		return NULL;
	return PQgetvalue(rows.result, row, column);
}

size_t db_length(struct rows rows, int row, int column)
{
	return row >= rows.count ?
		       0 :
		       (size_t)PQgetlength(rows.result, row, column);
}

int64_t db_int(struct rows rows, int row, int column)
{
	const char *text = db_text(rows, row, column);
	char *end;
	int64_t number;

	if (!text)
		return 0;
	errno = 0;
	number = strtoll(text, &end, 10);
	if (errno || end == text || *end)
		BUG("not a number from the database: %s", text);
	return number;
}

bool db_bool(struct rows rows, int row, int column)
{
	const char *text = db_text(rows, row, column);

	return text && *text == 't';
}

const char *db_number(struct task *task, int64_t number)
{
	return arena_printf(task->arena, "%" PRId64, number);
}

const char *db_bytes(struct task *task, const void *bytes, size_t len)
{
	static const char hex[] = "0123456789abcdef";
	const unsigned char *byte = bytes;
	char *text = arena_alloc(task->arena, 2 * len + 3);

	text[0] = '\\';
	text[1] = 'x';
	for (size_t i = 0; i < len; i++) {
		text[2 + 2 * i] = hex[byte[i] >> 4];
		text[3 + 2 * i] = hex[byte[i] & 15];
	}
	return text;
}

const char *db_array(struct task *task, const char *const items[], size_t nr)
{
	struct buf buf = buf_make(task->arena, 64 * 1024);

	buf_char(&buf, '{');
	for (size_t i = 0; i < nr; i++) {
		buf_str(&buf, i ? ",\"" : "\"");
		for (const char *c = items[i]; *c; c++) {
			if (*c == '"' || *c == '\\')
				buf_char(&buf, '\\');
			buf_char(&buf, *c);
		}
		buf_char(&buf, '"');
	}
	buf_char(&buf, '}');
	return buf.data;
}

static bool command(struct db *db, const char *sql)
{
	PGresult *result =
		PQexecParams(db->conn, sql, 0, NULL, NULL, NULL, NULL, 0);
	bool ok = is_ok(result);

	PQclear(result);
	return ok;
}

static void rollback_if_open(void *ctx)
{
	struct db *db = ctx;

	if (!db->in_transaction)
		return;
	db->in_transaction = false;
	if (is_connected(db))
		command(db, "ROLLBACK");
}

void db_begin(struct task *task)
{
	struct db *db = task->db;

	if (db->in_transaction)
		BUG("transactions do not nest");
	if (!is_connected(db) && !reconnect(db))
		fail(task, 503, "The database cannot be reached.");
	if (!command(db, "BEGIN") && (!reconnect(db) || !command(db, "BEGIN")))
		fail(task, 503, "The database cannot be reached.");
	db->in_transaction = true;
	arena_defer(task->arena, rollback_if_open, db);
}

void db_commit(struct task *task)
{
	struct db *db = task->db;

	if (!db->in_transaction)
		BUG("commit without a transaction");
	db->in_transaction = false;
	if (!command(db, "COMMIT"))
		fail(task, 503, "The database connection was lost.");
	wake_worker(db);
}

void db_rollback(struct task *task)
{
	rollback_if_open(task->db);
}
