/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What a browser chose about sharing with other viewers: the cookie
 * cardume_p2p, "yes" or "no", set by the form of /p2p (nginx keeps pages for
 * each of them).
 */
#ifndef CARDUME_P2P_H
#define CARDUME_P2P_H

#include "request.h"

/* "yes", "no", or NULL: not chosen. */
const char *p2p_choice(struct request *request);

#endif
