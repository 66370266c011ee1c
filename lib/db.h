/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * PostgreSQL through libpq. One connection per process, made when first
 * needed. Only named queries (query.h) are run, prepared once per connection;
 * values are always parameters.
 *
 * A lost connection is remade for up to 5 s; a read-only query outside of a
 * transaction is then run again, anything else fails with 503.
 *
 * SQLSTATE maps to a failure in one place (db.c): 23505 409, 23503 404, 23502,
 * 23514 and class 22 400, 42501 403; 503 where trying again may help (classes
 * 40 and 53, 57Pxx, 57014, 55P03, 25006); 'PTnnn' raised on purpose nnn with
 * its HINT as the failure's code and its COLUMN as the field; all else 500.
 */
#ifndef CARDUME_DB_H
#define CARDUME_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "query.h"
#include "task.h"

struct db;

/* A handle for `role` (database role "cardume_" + role; NULL: the owner,
 * "cardume"). Connects later. */
struct db *db_new(const struct conf *conf, const char *role);
void db_free(struct db *db);
/* False when the server cannot be reached now. */
bool db_ping(struct db *db);

/* The answer to a query; lives until the task's arena is reset. */
struct rows {
	void *result;
	int count;
	int columns;
	const char *constraint; /* violated one, from db_try() */
};

/* Runs a named query; `values` are text forms, NULL is SQL NULL. */
struct rows db_query(struct task *task, const char *name, int nr_values,
		     const char *const values[]);
/* The same for a query at hand. */
struct rows db_run(struct task *task, const struct query *query,
		   const char *const values[]);
/* db(task, "user/by-name", name): values spelled out. The NULL in front makes
 * an array of no values a legal one. */
#define db(task, name, ...) \
	db_spelled((task), (name), \
		   sizeof((const char *[]){ NULL, ##__VA_ARGS__ }) / \
			   sizeof(char *), \
		   (const char *const[]){ NULL, ##__VA_ARGS__ })
struct rows db_spelled(struct task *task, const char *name, size_t nr,
		       const char *const null_and_values[]);

/* A cell as text, NULL where it is SQL NULL. Owned by the rows. */
const char *db_text(struct rows rows, int row, int column);
size_t db_length(struct rows rows, int row, int column);
/* Numbers; SQL NULL and absent rows are 0, a non-number is a BUG(). */
int64_t db_int(struct rows rows, int row, int column);
bool db_bool(struct rows rows, int row, int column);

/* The text form of a number, in the task's arena. */
const char *db_number(struct task *task, int64_t number);
/* The text form of bytes as PostgreSQL's hex format of bytea. */
const char *db_bytes(struct task *task, const void *bytes, size_t len);
/* A text[] literal. */
const char *db_array(struct task *task, const char *const items[], size_t nr);

/* A transaction. Failing the task, or its end without db_commit(), rolls
 * back. They do not nest. */
void db_begin(struct task *task);
void db_commit(struct task *task);
void db_rollback(struct task *task);

/*
 * As db_query(), but a constraint violation (23xxx) does not fail the task:
 * returns false, and the violated constraint's name in rows->constraint. Inside
 * a transaction the caller must then roll back.
 */
bool db_try(struct task *task, struct rows *rows, const char *name,
	    int nr_values, const char *const values[]);

#endif
