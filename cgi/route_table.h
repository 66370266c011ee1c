/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A program's routes, sorted so that the most literal pattern comes first. */
#ifndef CARDUME_ROUTE_TABLE_H
#define CARDUME_ROUTE_TABLE_H

#include <stddef.h>

#include "route.h"

#define ROUTES_MAX 512
#define ROUTE_PARAMS_MAX 8

struct program;

struct route_table {
	const struct route *routes[ROUTES_MAX];
	size_t nr;
};

/* One `:name` of a pattern with what stood there; neither ends with a NUL. */
struct route_param {
	const char *name;
	size_t name_len;
	const char *value;
	size_t value_len;
};

struct route_match {
	const struct route *route;
	struct route_param params[ROUTE_PARAMS_MAX];
	size_t nr_params;
};

enum route_result { ROUTE_FOUND, ROUTE_OTHER_METHOD, ROUTE_UNKNOWN };

void route_table_fill(struct route_table *table, const struct program *program);
enum route_result route_find(const struct route_table *table,
			     const char *method, const char *path,
			     struct route_match *match);
/* One line a route: method, pattern, viewer, what answers. */
void route_table_print(const struct route_table *table);

#endif
