/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "route.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bug.h"
#include "route_table.h"
#include "serve.h"

/*
 * Literal segments sort before parameters, so that the first row that matches
 * is the most literal one.
 */
static int compare_patterns(const char *a, const char *b)
{
	for (; *a && *b; a++, b++) {
		if (*a == *b)
			continue;
		if (*a == ':' || *b == ':')
			return *a == ':' ? 1 : -1;
		return (unsigned char)*a - (unsigned char)*b;
	}
	return (unsigned char)*a - (unsigned char)*b;
}

static int compare_routes(const void *a, const void *b)
{
	const struct route *left = *(const struct route *const *)a;
	const struct route *right = *(const struct route *const *)b;
	int order = compare_patterns(left->pattern, right->pattern);

	return order ? order : strcmp(left->method, right->method);
}

static void add(struct route_table *table, const struct route *route)
{
	if (table->nr == ROUTES_MAX)
		BUG("more than %d routes", ROUTES_MAX);
	table->routes[table->nr++] = route;
}

static bool has_prefix(const char *name, const char *const *prefixes)
{
	for (; prefixes && *prefixes; prefixes++)
		if (!strncmp(name, *prefixes, strlen(*prefixes)))
			return true;
	return false;
}

void route_table_fill(struct route_table *table, const struct program *program)
{
	const struct route *const *handlers = program->handlers;
	const struct route *route;

	table->nr = 0;
	for (; handlers && *handlers; handlers++)
		for (route = *handlers; route->method; route++)
			add(table, route);
	for (route = query_routes; route->method; route++)
		if (has_prefix(route->query_name, program->query_prefixes))
			add(table, route);
	for (route = page_routes; program->pages && route->method; route++)
		add(table, route);
	qsort(table->routes, table->nr, sizeof(*table->routes), compare_routes);
}

static const char *segment_end(const char *text)
{
	return text + strcspn(text, "/");
}

static const char *skip_slashes(const char *text)
{
	return text + strspn(text, "/");
}

static bool match_segment(const char *pattern, size_t pattern_len,
			  const char *path, size_t len,
			  struct route_match *match)
{
	struct route_param *param;

	if (*pattern != ':')
		return pattern_len == len && !memcmp(pattern, path, len);
	if (!len || match->nr_params == ROUTE_PARAMS_MAX)
		return false;
	param = &match->params[match->nr_params++];
	param->name = pattern + 1;
	param->name_len = pattern_len - 1;
	param->value = path;
	param->value_len = len;
	return true;
}

static bool match_path(const char *pattern, const char *path,
		       struct route_match *match)
{
	match->nr_params = 0;
	for (;;) {
		const char *pattern_end, *path_end;

		pattern = skip_slashes(pattern);
		path = skip_slashes(path);
		if (!*pattern || !*path)
			return !*pattern && !*path;
		pattern_end = segment_end(pattern);
		path_end = segment_end(path);
		if (!match_segment(pattern, (size_t)(pattern_end - pattern),
				   path, (size_t)(path_end - path), match))
			return false;
		pattern = pattern_end;
		path = path_end;
	}
}

enum route_result route_find(const struct route_table *table,
			     const char *method, const char *path,
			     struct route_match *match)
{
	enum route_result result = ROUTE_UNKNOWN;

	if (!strcmp(method, "HEAD"))
		method = "GET";
	for (size_t i = 0; i < table->nr; i++) {
		const struct route *route = table->routes[i];

		if (!match_path(route->pattern, path, match))
			continue;
		match->route = route;
		if (!strcmp(route->method, method))
			return ROUTE_FOUND;
		result = ROUTE_OTHER_METHOD;
	}
	return result;
}

void route_table_print(const struct route_table *table)
{
	static const char *const viewers[] = { "none", "optional", "user",
					       "moderator", "admin" };

	for (size_t i = 0; i < table->nr; i++) {
		const struct route *route = table->routes[i];
		const char *what =
			route->kind == ROUTE_HANDLER ? "handler" :
			route->kind == ROUTE_PAGE    ? route->template_name :
						       route->query_name;

		printf("%-6s %-45s %-9s %s%s\n", route->method, route->pattern,
		       viewers[route->viewer], what,
		       route->csrf ? " csrf" : "");
	}
}
