/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cardume.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "actor_key.h"
#include "arena.h"
#include "bug.h"
#include "db.h"
#include "password.h"

/* By app_user.role. */
static const char *const role_names[] = { "admin", "moderator", "user" };

static const char *role_number(struct call *call, const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(role_names); i++)
		if (!strcmp(name, role_names[i]))
			return db_number(call->task, (int64_t)i);
	usage_error(call, "the role is one of admin, moderator, user");
}

/* One line of standard input; typed ones are not echoed. */
static const char *read_password(struct call *call)
{
	char line[PASSWORD_MAX + 3];
	struct termios before;
	bool is_typed = !tcgetattr(STDIN_FILENO, &before);
	char *got;

	if (is_typed) {
		struct termios silent = before;

		silent.c_lflag &= ~(tcflag_t)ECHO;
		fputs("Password: ", stderr);
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
	}
	got = fgets(line, sizeof(line), stdin);
	if (is_typed) {
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
		fputc('\n', stderr);
	}
	if (!got)
		fail(call->task, 400, "no password on standard input");
	line[strcspn(line, "\n")] = '\0';
	return arena_strdup(call->task->arena, line);
}

static const char *new_password_hash(struct call *call, const char *name)
{
	const char *password = read_password(call);
	const char *problem = password_problem(password, name);

	if (problem)
		fail(call->task, 400, "%s", problem);
	return password_hash(call->task, password);
}

struct new_user {
	const char *name;
	const char *email;
	const char *role;
};

static struct new_user take_new_user(struct call *call)
{
	static const struct option options[] = {
		{ "email", required_argument, NULL, 'e' },
		{ "role", required_argument, NULL, 'r' },
		{ "password-stdin", no_argument, NULL, 'p' },
		{ 0 },
	};
	struct new_user user = { .role = role_number(call, "user") };
	int option;

	while ((option = getopt_long(call->argc, call->argv, "", options,
				     NULL)) != -1) {
		if (option == 'e')
			user.email = optarg;
		else if (option == 'r')
			user.role = role_number(call, optarg);
		else if (option != 'p')
			usage_error(call, "bad option");
	}
	if (optind != call->argc - 1)
		usage_error(call, "exactly one name is needed");
	if (!user.email)
		usage_error(call, "--email is needed");
	user.name = call->argv[optind];
	return user;
}

static const char *create_problem(const char *constraint)
{
	static const char *const table[][2] = {
		{ "actor_name_key", "the name is taken" },
		{ "used_name_pkey", "the name is or was taken" },
		{ "actor_name_check", "a name is 1 to 50 of a-z 0-9 . _ - and"
				      " begins with a letter or digit" },
		{ "app_user_email", "the e-mail address is taken" },
		{ "app_user_email_check", "this is not an e-mail address" },
	};

	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		if (!strcmp(constraint, table[i][0]))
			return table[i][1];
	return constraint;
}

static void command_create(struct call *call)
{
	struct task *task = call->task;
	struct new_user user = take_new_user(call);
	const char *hash = new_password_hash(call, user.name);
	const char *values[] = { user.name, user.email, hash, user.role,
				 actor_keys_of_user(task) };
	struct rows rows;

	if (!db_try(task, &rows, "admin/user-create", ARRAY_LEN(values),
		    values))
		fail(task, 409, "%s", create_problem(rows.constraint));
	printf("made user %s with channel %s\n", user.name,
	       db_text(rows, 0, 1));
}

static void need_found(struct call *call, struct rows rows, const char *name)
{
	if (!rows.count)
		fail(call->task, 404, "there is no user \"%s\"", name);
}

static void command_password(struct call *call)
{
	const char *name;
	const char *hash;

	if (call->argc == 3 && !strcmp(call->argv[2], "--password-stdin"))
		call->argc = 2;
	name = only_argument(call, "NAME");
	hash = new_password_hash(call, name);
	need_found(call, db(call->task, "admin/user-password", name, hash),
		   name);
	printf("%s has a new password and is signed out everywhere\n", name);
}

static void command_role(struct call *call)
{
	if (call->argc != 3)
		usage_error(call, "a name and a role are needed");
	need_found(call,
		   db(call->task, "admin/user-role", call->argv[1],
		      role_number(call, call->argv[2])),
		   call->argv[1]);
	printf("%s is now %s and is signed out everywhere\n", call->argv[1],
	       call->argv[2]);
}

static void command_two_factor_off(struct call *call)
{
	const char *name = only_argument(call, "NAME");

	need_found(call, db(call->task, "admin/user-two-factor-off", name),
		   name);
	printf("%s signs in by the password alone\n", name);
}

static void command_list(struct call *call)
{
	struct rows rows;

	no_arguments(call);
	rows = db(call->task, "admin/user-list");
	for (int i = 0; i < rows.count; i++) {
		const char *login = db_text(rows, i, 5);

		printf("%s\t%s\t%s\t%s\tsince %s\tlast sign-in %s\n",
		       db_text(rows, i, 0), role_names[db_int(rows, i, 2)],
		       db_text(rows, i, 1),
		       db_bool(rows, i, 3) ? "blocked" : "active",
		       db_text(rows, i, 4), login ? login : "never");
	}
}

static void command_block(struct call *call)
{
	if (call->argc != 2 && call->argc != 3)
		usage_error(call, "a name is needed, and may be a reason");
	need_found(call,
		   db(call->task, "admin/user-block", call->argv[1], "t",
		      call->argv[2]),
		   call->argv[1]);
	printf("%s is blocked and signed out everywhere\n", call->argv[1]);
}

static void command_unblock(struct call *call)
{
	const char *name = only_argument(call, "NAME");

	need_found(call, db(call->task, "admin/user-block", name, "f", NULL),
		   name);
	printf("%s is no longer blocked\n", name);
}

const struct command user_commands[] = {
	{ "user create",
	  "NAME --email ADDRESS [--role admin|moderator|user]"
	  " [--password-stdin]",
	  "make a user with an account and a channel; the password is read"
	  " from standard input",
	  command_create },
	{ "user password", "NAME [--password-stdin]",
	  "set a new password and end all sessions", command_password },
	{ "user two-factor-off", "NAME",
	  "ask for no one-time code any more, where the phone is lost",
	  command_two_factor_off },
	{ "user role", "NAME admin|moderator|user",
	  "give a role and end all sessions", command_role },
	{ "user list", "", "print all users", command_list },
	{ "user block", "NAME [REASON]", "block a user and end all sessions",
	  command_block },
	{ "user unblock", "NAME", "let a blocked user in again",
	  command_unblock },
	{ 0 },
};
