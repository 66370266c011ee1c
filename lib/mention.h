/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Names of people in HTML that markdown.h made. */
#ifndef CARDUME_MENTION_H
#define CARDUME_MENTION_H

#include <stddef.h>

#include "buf.h"

struct mention {
	const char *name; /* "@ann" or "@ann@host", in any case */
	const char *href;
};

/* Copies `html`; outside of links and code, each of these names becomes a link
 * of class "u-url mention". */
void mention_links(struct buf *out, const char *html,
		   const struct mention mentions[], size_t nr);

#endif
