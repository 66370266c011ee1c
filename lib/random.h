/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Random bytes from the kernel, fit for secrets. */
#ifndef CARDUME_RANDOM_H
#define CARDUME_RANDOM_H

#include <stddef.h>

/* Fills `out`; getrandom(2). Aborts when the kernel refuses. */
void random_bytes(void *out, size_t len);

#endif
