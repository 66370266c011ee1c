/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The header Content-Range of a piece of an upload: "bytes 0-99/1000", or
 * "bytes *" "/1000" to ask how far it came. */
#ifndef CARDUME_CONTENT_RANGE_H
#define CARDUME_CONTENT_RANGE_H

#include <stdbool.h>
#include <stdint.h>

struct content_range {
	bool is_question;
	int64_t first;
	int64_t last;
	int64_t total; /* -1: "*" */
};

/* False for anything else, also for numbers out of order. */
bool content_range_parse(struct content_range *range, const char *text);

#endif
