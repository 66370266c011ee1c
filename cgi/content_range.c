/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "content_range.h"

#include <string.h>

/* At most 18 digits: no overflow. */
static bool read_number(const char **text, int64_t *number)
{
	size_t len = strspn(*text, "0123456789");

	if (!len || len > 18)
		return false;
	*number = 0;
	for (size_t i = 0; i < len; i++)
		*number = *number * 10 + ((*text)[i] - '0');
	*text += len;
	return true;
}

static bool read_char(const char **text, char wanted)
{
	if (**text != wanted)
		return false;
	++*text;
	return true;
}

static bool read_total(const char **text, int64_t *total)
{
	*total = -1;
	return read_char(text, '*') || read_number(text, total);
}

bool content_range_parse(struct content_range *range, const char *text)
{
	*range = (struct content_range){ .total = -1 };
	if (strncmp(text, "bytes ", 6))
		return false;
	text += 6;
	range->is_question = read_char(&text, '*');
	if (!range->is_question &&
	    (!read_number(&text, &range->first) || !read_char(&text, '-') ||
	     !read_number(&text, &range->last) || range->last < range->first))
		return false;
	return read_char(&text, '/') && read_total(&text, &range->total) &&
	       !*text;
}
