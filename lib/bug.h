/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * BUG(): our own mistake. Says where and aborts; the supervisor starts the
 * program again. Never for what the world may do to us: see fail() in task.h.
 */
#ifndef CARDUME_BUG_H
#define CARDUME_BUG_H

#include <stdio.h>
#include <stdlib.h>

#define BUG(...) \
	do { \
		fprintf(stderr, "BUG %s:%d: ", __FILE__, __LINE__); \
		fprintf(stderr, __VA_ARGS__); \
		fputc('\n', stderr); \
		abort(); \
	} while (0)

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#endif
