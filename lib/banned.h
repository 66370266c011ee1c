/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Functions that have no safe use here; included before every file by the
 * build, so that a use does not compile. PQexec() is refused by `make lint`
 * (libpq-fe.h itself must declare it).
 */
#ifndef CARDUME_BANNED_H
#define CARDUME_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#undef alloca
#undef sprintf
#undef vsprintf
#pragma GCC poison strcpy strcat sprintf vsprintf strncpy strncat strtok
#pragma GCC poison gets atoi atol atoll atof alloca localtime gmtime ctime
#pragma GCC poison asctime system popen tmpnam mktemp

#endif
