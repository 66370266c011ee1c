/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sources: lib/date.c */
/* A date that is read has four digits of a year. */
#include "date.h"

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	time_t when;

	if (date_parse((const char *)data, size, &when))
		CHECK(when > -62300000000 && when < 253500000000);
	return 0;
}
