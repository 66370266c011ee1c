/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cardume.h"

#include <inttypes.h>
#include <stdio.h>

#include "db.h"

/* Older than this: cardume-signal does not run, or cannot reach us. */
#define TOLD_SECONDS 60

/* What is told is what was counted since it began, or is there now. */
static void print_count(struct rows rows, int row)
{
	int64_t before = db_int(rows, row, 2);
	int64_t value = db_int(rows, row, 1);
	int64_t seconds = db_int(rows, row, 3);

	printf("%s\t%" PRId64, db_text(rows, row, 0), value);
	if (seconds && value >= before)
		printf("\t%.1f/s", (double)(value - before) / (double)seconds);
	putchar('\n');
}

static void command_status(struct call *call)
{
	struct rows rows;

	no_arguments(call);
	rows = db(call->task, "admin/signal-state");
	if (!rows.count || db_int(rows, 0, 4) > TOLD_SECONDS)
		fail(call->task, 503,
		     "cardume-signal has told nothing for %d s"
		     ": it does not run, or cannot reach the database",
		     TOLD_SECONDS);
	for (int i = 0; i < rows.count; i++)
		print_count(rows, i);
}

const struct command signal_commands[] = {
	{ "signal status", "",
	  "print how many viewers share videos now, and what cardume-signal"
	  " counted",
	  command_status },
	{ 0 },
};
