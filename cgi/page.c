/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cardume-page: HTML pages, forms, feeds, oEmbed. */
#include <stddef.h>

#include "handlers.h"
#include "serve.h"

static const struct route *const handlers[] = {
	NULL,
};

int main(int argc, char **argv)
{
	static const char *const queries_served[] = { "feed/", NULL };
	static const struct program program = {
		.name = "page",
		.face = FACE_HTML,
		.query_prefixes = queries_served,
		.pages = true,
		.handlers = handlers,
	};

	return serve(argc, argv, &program);
}
