/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What the libFuzzer targets of this folder share; `./dev fuzz` builds and
 * runs them. Each names the files and libraries it is linked with in lines
 * "sources:" and "libs:".
 */
#ifndef CARDUME_FUZZ_H
#define CARDUME_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A property that must hold: libFuzzer reports the abort with its input. */
#define CHECK(condition) \
	do { \
		if (!(condition)) \
			abort(); \
	} while (0)

#endif
