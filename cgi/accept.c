/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "accept.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#define QUALITY_MAX 1000

/* One media range of the header: "text/plain;q=0.5". */
struct range {
	const char *text;
	size_t len; /* without parameters */
	int quality; /* in thousandths */
};

static const char *skip_space(const char *at)
{
	return at + strspn(at, " \t");
}

/* "0.8" -> 800; what is no number counts as 1. */
static int parse_quality(const char *at)
{
	int quality = 0;

	if (*at != '0')
		return QUALITY_MAX;
	if (*++at != '.')
		return 0;
	at++;
	for (int unit = QUALITY_MAX / 10; unit; unit /= 10)
		if (*at >= '0' && *at <= '9')
			quality += (*at++ - '0') * unit;
	return quality;
}

/* Takes one range off the header; false at its end. */
static bool next_range(const char **header, struct range *range)
{
	const char *at = *header + strspn(*header, ", \t");
	const char *end = at + strcspn(at, ",");

	if (!*at)
		return false;
	range->text = at;
	range->len = strcspn(at, "; \t,");
	range->quality = QUALITY_MAX;
	for (at += strcspn(at, ";,"); at < end; at += strcspn(at, ";,")) {
		at = skip_space(at + 1);
		if (!strncasecmp(at, "q=", 2))
			range->quality = parse_quality(at + 2);
	}
	*header = end;
	return true;
}

/* How exactly a range names a type: 3 itself, 2 by its first half, 1 as one of
 * all, 0 not. */
static int exactness(const struct range *range, const char *type)
{
	size_t len = strcspn(type, ";");
	size_t main = strcspn(type, "/") + 1;

	if (range->len == len && !strncasecmp(range->text, type, len))
		return 3;
	if (range->len == main + 1 && range->text[main] == '*' &&
	    !strncasecmp(range->text, type, main))
		return 2;
	return range->len == 3 && !memcmp(range->text, "*/*", 3);
}

static int quality_of(const char *header, const char *type)
{
	struct range range;
	int best = 0, quality = 0;

	while (next_range(&header, &range)) {
		int exact = exactness(&range, type);

		if (exact > best) {
			best = exact;
			quality = range.quality;
		}
	}
	return quality;
}

const char *accept_best(const char *header, const char *const *types)
{
	const char *best = NULL;
	int quality = 0;

	if (!header || !*skip_space(header))
		return types[0];
	for (; *types; types++) {
		int wanted = quality_of(header, *types);

		if (wanted > quality) {
			quality = wanted;
			best = *types;
		}
	}
	return best;
}
