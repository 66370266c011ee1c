/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cardume-worker(8): the job programs. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <sysexits.h>

#include "bug.h"
#include "conf.h"
#include "config.h"
#include "deliver.h"
#include "inbox.h"
#include "log.h"
#include "work.h"

static const struct worker *const all[] = {
#define WORKER_ROW(name, queue, lease, attempts, batch) &name##_worker,
	JOB_KINDS(WORKER_ROW)
#undef WORKER_ROW
		NULL
};

/* Kinds that are no jobs; each has a process to itself. */
static const struct service {
	const char *name;
	int (*serve)(const struct work_options *options);
} services[] = {
	{ "deliver", deliver },
	{ "inbox", inbox },
};

static int usage(FILE *out)
{
	fputs("usage: cardume-worker [--once] KIND...\n"
	      "       cardume-worker [--once] deliver | inbox\n"
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

static const struct service *take_service(char **names, int nr)
{
	for (size_t i = 0; i < ARRAY_LEN(services); i++)
		if (nr == 1 && !strcmp(names[0], services[i].name))
			return &services[i];
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
	const struct service *service;

	log_open("cardume-worker");
	if (take_options(&options, argc, argv))
		return usage(stderr);
	service = take_service(argv + optind, argc - optind);
	if (service && !options.job_id) {
		options.conf = conf_load(NULL);
		return work_alone(&options, service->serve);
	}
	if (!take_kinds(kinds, argv + optind, argc - optind) ||
	    (!kinds[0] && !options.job_id))
		return usage(stderr);
	options.conf = conf_load(NULL);
	return work(&options);
}
