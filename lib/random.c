/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "random.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "bug.h"

void random_bytes(void *out, size_t len)
{
	char *at = out;

	while (len) {
		ssize_t got = getrandom(at, len, 0);

		if (got < 0 && errno != EINTR)
			BUG("getrandom: %s", strerror(errno));
		if (got > 0) {
			at += got;
			len -= (size_t)got;
		}
	}
}
