/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cardume.h"

#include <stdio.h>

#include "db.h"

static void command_count(struct call *call)
{
	struct rows rows;

	no_arguments(call);
	rows = db(call->task, "admin/inbox-count");
	for (int i = 0; i < rows.count; i++)
		printf("%s\t%s\t%s\t%s\n", db_text(rows, i, 0),
		       db_text(rows, i, 1), db_text(rows, i, 2),
		       db_text(rows, i, 3));
}

static void command_list(struct call *call)
{
	struct rows rows;

	no_arguments(call);
	rows = db(call->task, "admin/inbox-list");
	for (int i = 0; i < rows.count; i++)
		printf("%s\t%s\t%s\t%s\t%s\t%s\n", db_text(rows, i, 0),
		       db_text(rows, i, 1), db_text(rows, i, 2),
		       db_text(rows, i, 3), db_text(rows, i, 4),
		       db_text(rows, i, 5));
}

static void command_show(struct call *call)
{
	const char *id = only_argument(call, "an activity's number");
	struct rows rows = db(call->task, "admin/inbox-show", id);

	if (!rows.count)
		fail(call->task, 404, "there is no activity %s", id);
	puts(db_text(rows, 0, 0));
}

static void command_retry(struct call *call)
{
	const char *id = only_argument(call, "an activity's number");
	struct rows rows = db(call->task, "admin/inbox-retry", id);

	if (!rows.count)
		fail(call->task, 404, "there is no activity %s that waits", id);
	printf("activity %s is tried again now\n", id);
}

const struct command inbox_commands[] = {
	{ "inbox count", "",
	  "print how many activities came of each type, and what became of "
	  "them",
	  command_count },
	{ "inbox list", "",
	  "print the activities that wait or were not understood",
	  command_list },
	{ "inbox show", "ID", "print one of them as it came", command_show },
	{ "inbox retry", "ID", "try one of them again now", command_retry },
	{ 0 },
};
