/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "query.h"

#include <stdlib.h>
#include <string.h>

#include "bug.h"

static int by_name(const void *name, const void *query)
{
	return strcmp(name, ((const struct query *)query)->name);
}

const struct query *query_find(const char *name)
{
	const struct query *query =
		bsearch(name, queries, nr_queries, sizeof(*queries), by_name);

	if (!query)
		BUG("no query named %s", name);
	return query;
}
