/* SPDX-License-Identifier: AGPL-3.0-or-later */
#ifndef CARDUME_OWN_PASSWORD_H
#define CARDUME_OWN_PASSWORD_H

#include "form.h"
#include "request.h"

/* Fails unless the body's currentPassword is the viewer's: 400 where it is
 * missing, `status` where it is wrong, 429 past the limit of sign-in. */
void own_password_check(struct request *request, int status);

/* The same of a form's field `current`: false, and an error noted there. */
bool own_password_is_right(struct form *form);

#endif
