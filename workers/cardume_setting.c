/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cardume.h"

#include <stdio.h>
#include <string.h>

#include "bug.h"
#include "db.h"

static void command_list(struct call *call)
{
	struct rows rows;

	no_arguments(call);
	rows = db(call->task, "admin/setting-list");
	for (int i = 0; i < rows.count; i++)
		printf("%s = %s\n", db_text(rows, i, 0), db_text(rows, i, 1));
}

static void command_get(struct call *call)
{
	const char *name = only_argument(call, "NAME");
	struct rows rows = db(call->task, "admin/setting-get", name);

	if (!rows.count)
		fail(call->task, 404, "there is no setting \"%s\"", name);
	puts(db_text(rows, 0, 0));
}

/* What a value of this kind must be (setting.kind). */
static const char *wanted(const char *kind)
{
	static const char *const table[][2] = {
		{ "number", "a whole number" },
		{ "flag", "true or false" },
		{ "p2p", "ask, on or off" },
		{ "mirrors", "anybody, followings or nobody" },
		{ "strategies",
		  "a list of strategies, as cardume(8) shows them" },
		{ "nsfw", "do_not_list, warn, blur or display" },
	};

	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		if (!strcmp(kind, table[i][0]))
			return table[i][1];
	return "a text of at most 100000 bytes";
}

static void command_set(struct call *call)
{
	struct rows rows;

	if (call->argc != 3)
		usage_error(call, "a name and a value are needed");
	rows = db(call->task, "admin/setting-kind", call->argv[1]);
	if (!rows.count)
		fail(call->task, 404,
		     "there is no setting \"%s\" that may be"
		     " changed here",
		     call->argv[1]);
	if (!db_try(call->task, &(struct rows){ 0 }, "admin/setting-set", 2,
		    (const char *const *)&call->argv[1]))
		fail(call->task, 400, "%s must be %s", call->argv[1],
		     wanted(db_text(rows, 0, 0)));
}

const struct command setting_commands[] = {
	{ "setting list", "", "print all settings", command_list },
	{ "setting get", "NAME", "print one", command_get },
	{ "setting set", "NAME VALUE", "change one; takes effect at once",
	  command_set },
	{ 0 },
};
