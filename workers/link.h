/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Links that documents of other servers name: the <link> elements of a page
 * (HTML) and of host-meta (RFC 6415, XML). Any bytes are safe; one pass.
 */
#ifndef CARDUME_LINK_H
#define CARDUME_LINK_H

#include <stddef.h>

#include "arena.h"

/* The href of a page's <link rel="alternate" type="application/activity+json">,
 * an absolute http(s) URL; NULL where it has none. */
const char *link_of_page(struct arena *arena, const char *html, size_t len);

/* The template of host-meta's <Link rel="lrdd">; NULL where it has none. */
const char *link_template(struct arena *arena, const char *xml, size_t len);

#endif
