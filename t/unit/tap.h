/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * TAP for unit tests in C (t/00-unit.t runs them). A program ends with
 * `return tap_done();`.
 */
#ifndef CARDUME_TAP_H
#define CARDUME_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int tap_nr, tap_nr_failed;

__attribute__((format(printf, 2, 3))) static inline bool
ok(bool is_good, const char *fmt, ...)
{
	va_list args;
	char what[100];

	va_start(args, fmt);
	vsnprintf(what, sizeof(what), fmt, args);
	va_end(args);
	for (char *c = what; *c; c++)
		if (*c == '\n' || *c == '#')
			*c = ' ';
	printf("%sok %d - %s\n", is_good ? "" : "not ", ++tap_nr, what);
	fflush(stdout);
	if (!is_good)
		tap_nr_failed++;
	return is_good;
}

/* Each line of a text as a diagnostic. */
static inline void tap_note(const char *label, const char *text)
{
	printf("# %s", label);
	for (; *text; text++) {
		putchar(*text);
		if (*text == '\n')
			printf("# ");
	}
	putchar('\n');
}

static inline bool is(const char *got, const char *expected, const char *what)
{
	bool is_good =
		got && expected ? !strcmp(got, expected) : got == expected;

	if (!ok(is_good, "%s", what)) {
		tap_note("     got: ", got ? got : "(NULL)");
		tap_note("expected: ", expected ? expected : "(NULL)");
	}
	return is_good;
}

static inline bool is_int(long long got, long long expected, const char *what)
{
	bool is_good = got == expected;

	if (!ok(is_good, "%s", what))
		printf("#      got: %lld\n# expected: %lld\n", got, expected);
	return is_good;
}

static inline int tap_done(void)
{
	printf("1..%d\n", tap_nr);
	return tap_nr_failed ? 1 : 0;
}

#endif
