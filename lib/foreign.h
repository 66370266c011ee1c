/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * ActivityPub documents of other servers, made fit for what SQL does with
 * them: the HTML in them is sanitised (html.h) before anything is stored.
 */
#ifndef CARDUME_FOREIGN_H
#define CARDUME_FOREIGN_H

#include <json-c/json.h>

#include "arena.h"

/* Bytes of one text that are kept; what is behind is cut, its tags closed. */
#define FOREIGN_HTML_MAX 10000

/*
 * Changes `document` in place: `content`, `summary` and the values of
 * `contentMap` and `summaryMap` of every object in it become safe HTML, save
 * what has no "<" in it, and where the object's `mediaType` says text/markdown
 * or text/plain: that is escaped or rendered when it is shown. Whoever needs
 * the bytes as they came (to forward or to verify them) keeps a copy.
 * `document` has passed json_scan(), which bounds its depth. Scratch memory is
 * the arena's.
 */
void foreign_sanitise(struct arena *arena, json_object *document);

#endif
