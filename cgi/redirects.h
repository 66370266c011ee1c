/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef CARDUME_REDIRECTS_H
#define CARDUME_REDIRECTS_H

#include "request.h"

/* How long a browser keeps what its user chose (colours, sharing). */
#define CHOICE_SECONDS (365L * 24 * 3600)

/* The path in parameter `back`, where it is one of this site; else "/". */
const char *redirect_back(struct request *request);

#endif
