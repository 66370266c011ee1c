/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cardume.h"

#include <stdio.h>

#include "db.h"

static const char *or_dash(const char *text)
{
	return text ? text : "-";
}

static void command_list(struct call *call)
{
	struct rows rows;

	if (call->argc > 2)
		usage_error(call, "the only argument is a server's name");
	rows = db(call->task, "admin/host-list",
		  call->argc == 2 ? call->argv[1] : NULL);
	for (int i = 0; i < rows.count; i++)
		printf("%s\t%s\t%s\t%s waiting\t%s s\t%s failures\t%s\tok %s\t"
		       "next %s\n",
		       db_text(rows, i, 0), or_dash(db_text(rows, i, 1)),
		       db_text(rows, i, 2), db_text(rows, i, 3),
		       or_dash(db_text(rows, i, 4)), db_text(rows, i, 5),
		       or_dash(db_text(rows, i, 6)),
		       or_dash(db_text(rows, i, 7)),
		       or_dash(db_text(rows, i, 8)));
}

static void command_retry(struct call *call)
{
	const char *name = only_argument(call, "a server's name");

	db(call->task, "admin/host-retry", name);
	printf("what waits for %s is sent now\n", name);
}

static void command_forget(struct call *call)
{
	const char *name = only_argument(call, "a server's name");
	struct rows rows = db(call->task, "admin/host-forget", name);

	if (!db_text(rows, 0, 0))
		fail(call->task, 404, "there is no server %s", name);
	printf("%s deliveries to %s are dropped\n", db_text(rows, 0, 0), name);
}

const struct command host_commands[] = {
	{ "host list", "[NAME]",
	  "print other servers and what waits to be sent to them",
	  command_list },
	{ "host retry", "NAME", "send what waits for a server now",
	  command_retry },
	{ "host forget", "NAME", "drop what waits for a server",
	  command_forget },
	{ 0 },
};
