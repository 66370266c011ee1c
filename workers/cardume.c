/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cardume.h"

#include <config.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "arena.h"
#include "bug.h"
#include "db.h"
#include "log.h"

#define ARENA_CEILING (64 << 20)

static const struct command *const groups[] = {
	setup_commands,	  migrate_commands, user_commands,  setting_commands,
	job_commands,	  host_commands,    inbox_commands, signal_commands,
	metrics_commands, check_commands,
};

void usage_error(const struct call *call, const char *fmt, ...)
{
	va_list args;

	fprintf(stderr, "cardume %s: ", call->argv[0]);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fprintf(stderr, "\nTry \"cardume --help\".\n");
	exit(EX_USAGE);
}

const char *only_argument(const struct call *call, const char *what)
{
	if (call->argc != 2)
		usage_error(call, "exactly one argument is needed: %s", what);
	return call->argv[1];
}

void no_arguments(const struct call *call)
{
	if (call->argc > 1)
		usage_error(call, "unknown argument \"%s\"", call->argv[1]);
}

static void usage(FILE *out)
{
	fputs("usage: cardume [--conf FILE] [--sql DIR] COMMAND [ARGUMENT...]\n"
	      "\n"
	      "  --conf FILE   configuration (" SYSCONFDIR
	      "/cardume/cardume.conf)\n"
	      "  --sql DIR     migrations, rebuild and seed (" PKGDATADIR
	      "/sql)\n"
	      "\n",
	      out);
	for (size_t i = 0; i < ARRAY_LEN(groups); i++)
		for (const struct command *c = groups[i]; c->name; c++)
			fprintf(out, "  %s%s%s\n      %s\n", c->name,
				*c->arguments ? " " : "", c->arguments,
				c->help);
	fputs("\nExit status: 0 done, 1 failed, 64 bad usage, 78 bad"
	      " configuration.\n",
	      out);
}

/* How many words of argv a command's name takes; 0: it is another one. */
static int words_matched(const struct command *command, int argc, char **argv)
{
	const char *name = command->name;
	int words = 0;

	while (*name) {
		size_t len = strcspn(name, " ");

		if (words == argc || strlen(argv[words]) != len ||
		    strncmp(argv[words], name, len))
			return 0;
		words++;
		name += len;
		name += *name == ' ';
	}
	return words;
}

static const struct command *find_command(struct call *call)
{
	for (size_t i = 0; i < ARRAY_LEN(groups); i++) {
		for (const struct command *c = groups[i]; c->name; c++) {
			int words = words_matched(c, call->argc, call->argv);

			if (!words)
				continue;
			call->argc -= words - 1;
			call->argv += words - 1;
			return c;
		}
	}
	return NULL;
}

/* Options before the command; returns the index of its first word. */
static int take_options(int argc, char **argv, struct call *call,
			const char **conf_path)
{
	int i = 1;

	for (; i < argc && argv[i][0] == '-'; i++) {
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h")) {
			usage(stdout);
			exit(0);
		}
		if (!strcmp(argv[i], "--version")) {
			puts(PACKAGE_STRING);
			exit(0);
		}
		if (!strcmp(argv[i], "--conf") && i + 1 < argc)
			*conf_path = argv[++i];
		else if (!strcmp(argv[i], "--sql") && i + 1 < argc)
			call->sql_dir = argv[++i];
		else
			break;
	}
	return i;
}

struct run {
	const struct command *command;
	struct call *call;
};

static void run_command(struct task *task, void *arg)
{
	struct run *run = arg;

	run->call->task = task;
	run->command->run(run->call);
}

static int run_in_task(struct call *call, const struct command *command)
{
	struct task task = { .arena = arena_new(ARENA_CEILING),
			     .db = db_new(call->conf, NULL),
			     .conf = call->conf };
	struct run run = { command, call };
	bool ok = task_run(&task, run_command, &run);

	if (fflush(stdout))
		ok = false;
	if (!ok && task.message[0])
		fprintf(stderr, "cardume: %s\n", task.message);
	arena_free(task.arena);
	db_free(task.db);
	return ok ? 0 : 1;
}

int main(int argc, char **argv)
{
	struct call call = { .sql_dir = getenv("CARDUME_SQL_DIR") };
	const char *conf_path = NULL;
	const struct command *command;
	int first = take_options(argc, argv, &call, &conf_path);

	log_open("cardume");
	if (!call.sql_dir)
		call.sql_dir = PKGDATADIR "/sql";
	call.argc = argc - first;
	call.argv = argv + first;
	command = find_command(&call);
	if (!command) {
		usage(stderr);
		return EX_USAGE;
	}
	call.conf = conf_load(conf_path);
	umask(027);
	return run_in_task(&call, command);
}
