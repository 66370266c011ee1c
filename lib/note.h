/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Comments of ours as others show them. SQL cannot read Markdown, so that it
 * writes a Note with `source` {content, mediaType: text/markdown} (ActivityPub
 * 3.3) and `content` null; whoever sends such a document renders it first.
 */
#ifndef CARDUME_NOTE_H
#define CARDUME_NOTE_H

#include <stddef.h>

#include "task.h"

/*
 * The document, or the one in its `object`, with `content` as HTML
 * (markdown.h), in which who is mentioned in its `tag` becomes a link of class
 * "u-url mention": `@name@host`, and `@name` of the author's own server. What
 * is no such Note is returned as it is. The result is NUL-terminated, in the
 * task's arena. `document` is one of ours: what is no JSON fails with 500.
 */
const char *note_render(struct task *task, const char *document, size_t len);

#endif
