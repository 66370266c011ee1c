/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Numbers in Prometheus' text format 0.0.4 (prometheus.io, "Exposition
 * formats"), for a collector of files. */
#include "cardume.h"

#include <stdio.h>
#include <string.h>

#include "db.h"

static bool begins_family(struct rows rows, int row)
{
	return !row ||
	       strcmp(db_text(rows, row, 0), db_text(rows, row - 1, 0)) != 0;
}

static void command_metrics(struct call *call)
{
	struct rows rows;

	no_arguments(call);
	rows = db(call->task, "admin/metrics");
	for (int i = 0; i < rows.count; i++) {
		const char *family = db_text(rows, i, 0);

		if (begins_family(rows, i))
			printf("# HELP %s %s\n# TYPE %s %s\n", family,
			       db_text(rows, i, 2), family,
			       db_text(rows, i, 1));
		printf("%s%s %s\n", family, db_text(rows, i, 3),
		       db_text(rows, i, 4));
	}
}

const struct command metrics_commands[] = {
	{ "metrics", "", "print numbers for Prometheus", command_metrics },
	{ 0 },
};
