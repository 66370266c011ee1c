/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Which row answers which path. */
#include "route_table.h"
#include "serve.h"
#include "tap.h"

static void nothing(struct request *request)
{
	(void)request;
}

#define ROW(m, p) \
	{ \
		.method = (m), .pattern = (p), .kind = ROUTE_HANDLER, \
		.handler = nothing \
	}

static const struct route some[] = {
	ROW("GET", "/w/:id"),
	ROW("GET", "/w/p/:id"),
	ROW("GET", "/"),
	ROW("GET", "/videos/:id/files/:file"),
	{ 0 },
};

static const struct route others[] = {
	ROW("POST", "/w/:id"),
	ROW("GET", "/w/new"),
	{ 0 },
};

static struct route_table table;

static void finds(const char *method, const char *path, const char *pattern)
{
	struct route_match match;
	enum route_result result = route_find(&table, method, path, &match);

	if (ok(result == ROUTE_FOUND, "%s %s is found", method, path))
		is(match.route->pattern, pattern, "by its pattern");
}

static void test_params(void)
{
	struct route_match match;

	route_find(&table, "GET", "/videos/a.b/files/c", &match);
	ok(match.nr_params == 2 && match.params[0].value_len == 3 &&
		   !memcmp(match.params[0].value, "a.b", 3) &&
		   match.params[1].value_len == 1 &&
		   *match.params[1].value == 'c' &&
		   match.params[1].name_len == 4,
	   "parameters are cut out");
}

int main(void)
{
	static const struct route *const handlers[] = { some, others, NULL };
	static const struct program program = { .handlers = handlers };
	struct route_match match;

	route_table_fill(&table, &program);
	finds("GET", "/", "/");
	finds("GET", "/w/new", "/w/new");
	finds("GET", "/w/newer", "/w/:id");
	finds("POST", "/w/new", "/w/:id");
	finds("GET", "/w/p/x", "/w/p/:id");
	finds("GET", "/w/x/", "/w/:id");
	finds("GET", "//w//x", "/w/:id");
	finds("HEAD", "/w/x", "/w/:id");
	test_params();
	ok(route_find(&table, "PUT", "/w/x", &match) == ROUTE_OTHER_METHOD,
	   "another method is told apart");
	ok(route_find(&table, "GET", "/w/x/y", &match) == ROUTE_UNKNOWN,
	   "a longer path is not found");
	ok(route_find(&table, "GET", "/w", &match) == ROUTE_UNKNOWN,
	   "a shorter path is not found");
	return tap_done();
}
