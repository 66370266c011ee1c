/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Accept (RFC 9110, 12.5.1): which of our types a client wants most. */
#ifndef CARDUME_ACCEPT_H
#define CARDUME_ACCEPT_H

/* The one of `types` (ending with NULL; parameters after ";" do not count)
 * of the best quality, the first of equals; NULL: none will do. A header
 * that is absent or empty accepts everything. */
const char *accept_best(const char *header, const char *const *types);

#endif
