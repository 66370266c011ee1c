/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The admin's command: one file per group of subcommands. Each runs in one
 * task, as the database's owner (role "cardume"); fail() ends it with a
 * message and exit status 1. Bad usage exits with 64 (EX_USAGE), a bad
 * configuration with 78 (EX_CONFIG).
 */
#ifndef CARDUME_CARDUME_H
#define CARDUME_CARDUME_H

#include <libpq-fe.h>
#include <stdbool.h>

#include "conf.h"
#include "task.h"

/* A subcommand as called: argv[0] is its last word. */
struct call {
	struct task *task;
	const struct conf *conf;
	const char *sql_dir;
	int argc;
	char **argv;
};

struct command {
	const char *name; /* "user create" */
	const char *arguments; /* for --help */
	const char *help;
	void (*run)(struct call *call);
};

/* End with name NULL. */
extern const struct command migrate_commands[];
extern const struct command setup_commands[];
extern const struct command user_commands[];
extern const struct command setting_commands[];
extern const struct command job_commands[];
extern const struct command host_commands[];
extern const struct command inbox_commands[];
extern const struct command signal_commands[];
extern const struct command metrics_commands[];
extern const struct command check_commands[];

/* Prints what is wrong with the arguments and exits with EX_USAGE. */
_Noreturn void usage_error(const struct call *call, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The only argument; usage_error() when there are more or fewer. */
const char *only_argument(const struct call *call, const char *what);
/* usage_error() when there are arguments. */
void no_arguments(const struct call *call);

/* A connection of its own; `user` and `database` may be NULL: as `conninfo`
 * has them. Fails with why there is none. */
PGconn *admin_connect(struct task *task, const char *conninfo, const char *user,
		      const char *database);
/* Runs one statement there; fails with PostgreSQL's own words. */
PGresult *admin_run(struct task *task, PGconn *conn, const char *sql,
		    int nr_values, const char *const values[]);

/* Brings the schema up to date: migrations, rebuild, seed. Says on standard
 * output what it did. `force`: rebuild and seed even if they are unchanged. */
void migrate(struct call *call, bool force);

#endif
