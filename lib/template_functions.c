/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The functions of all templates; templates.h tells them. */
#include <string.h>

#include "bug.h"
#include "templates.h"

static void do_url(struct buf *out, const char *text, size_t len, void *ctx)
{
	(void)ctx;
	buf_url(out, text, len);
}

const struct mustache_function template_functions[] = {
	{ .name = "url", .fn = do_url, .raw = true },
};

const size_t nr_template_functions = ARRAY_LEN(template_functions);
