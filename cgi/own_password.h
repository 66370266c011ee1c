/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef CARDUME_OWN_PASSWORD_H
#define CARDUME_OWN_PASSWORD_H

#include "request.h"

/* Fails unless the body's currentPassword is the viewer's: 400 where it is
 * missing, `status` where it is wrong, 429 past the limit of sign-in. */
void own_password_check(struct request *request, int status);

#endif
