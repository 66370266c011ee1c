/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cardume.h"

#include <stdio.h>

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

static void command_set(struct call *call)
{
	if (call->argc != 3)
		usage_error(call, "a name and a value are needed");
	if (!db(call->task, "admin/setting-set", call->argv[1],
		call->argv[2]).count)
		fail(call->task, 404, "there is no setting \"%s\" that may be"
		     " changed here", call->argv[1]);
}

const struct command setting_commands[] = {
	{ "setting list", "", "print all settings", command_list },
	{ "setting get", "NAME", "print one", command_get },
	{ "setting set", "NAME VALUE", "change one; takes effect at once",
	  command_set },
	{ 0 }
};
