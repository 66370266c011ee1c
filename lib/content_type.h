/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Content-Type (RFC 9110, 8.3.1), as it comes from strangers.
 */
#ifndef CARDUME_CONTENT_TYPE_H
#define CARDUME_CONTENT_TYPE_H

#include <stdbool.h>

/* ActivityPub's two types (ActivityPub 3.2), the first ours to send; those of
 * a WebFinger answer (RFC 7033). Each list ends with NULL. */
extern const char *const content_type_activity[];
extern const char *const content_type_jrd[];

/*
 * True when `type` is one of `types`. Parameters do not count, but where ours
 * has a profile: that must be among the stranger's (RFC 6906). `type` may be
 * NULL; what is malformed or longer than 512 bytes is none of them.
 */
bool content_type_is(const char *type, const char *const *types);

#endif
