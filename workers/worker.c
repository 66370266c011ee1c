/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cardume-worker(8): the job programs. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <sysexits.h>

#include "bug.h"
#include "conf.h"
#include "config.h"
#include "log.h"
#include "work.h"

static const struct worker *const all[] = {
#define WORKER_ROW(name, queue, lease, attempts, batch) &name##_worker,
	JOB_KINDS(WORKER_ROW)
#undef WORKER_ROW
		NULL
};

static int usage(FILE *out)
{
	fputs("usage: cardume-worker [--once] KIND...\n"
	      "       cardume-worker --job ID\n"
	      "KINDs:",
	      out);
	for (size_t i = 0; all[i]; i++)
		fprintf(out, " %s", all[i]->name);
	fputc('\n', out);
	return out == stdout ? 0 : EX_USAGE;
}

static const struct worker *by_name(const char *name)
{
	for (size_t i = 0; all[i]; i++)
		if (!strcmp(all[i]->name, name))
			return all[i];
	return NULL;
}

static bool take_kinds(const struct worker *kinds[], char **names, int nr)
{
	for (int i = 0; i < nr; i++) {
		if (i == (int)ARRAY_LEN(all) - 1)
			return false;
		kinds[i] = by_name(names[i]);
		if (!kinds[i])
			return false;
	}
	return true;
}

/* -1: usage; else 0 and the options are filled. */
static int take_options(struct work_options *options, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "once", no_argument, NULL, 'o' },
		{ "job", required_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 }
	};
	int c;

	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		if (c == 'o')
			options->once = true;
		else if (c == 'j')
			options->job_id = strtoll(optarg, NULL, 10);
		else if (c == 'h')
			exit(usage(stdout));
		else if (c == 'V')
			exit(puts(PACKAGE_STRING) < 0);
		else
			return -1;
		if (c == 'j' && options->job_id <= 0)
			return -1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	static const struct worker *kinds[ARRAY_LEN(all)];
	struct work_options options = { .all = all, .kinds = kinds };

	log_open("cardume-worker");
	if (take_options(&options, argc, argv) ||
	    !take_kinds(kinds, argv + optind, argc - optind) ||
	    (!kinds[0] && !options.job_id))
		return usage(stderr);
	options.conf = conf_load(NULL);
	return work(&options);
}
