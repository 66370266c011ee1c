/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * HTML of strangers (what other servers send as content and summary) as safe
 * HTML and as plain text. `html` must be UTF-8; any bytes are safe.
 *
 * The safe HTML is built from constants: p br a strong em del code pre
 * blockquote ul ol li span and nothing else, well-formed and at most
 * HTML_DEPTH deep; headings become <p><strong>, other blocks <p>. The one
 * attribute of a stranger's is href, which is http or https (url_is_web()); a
 * link has a constant rel="nofollow noopener noreferrer ugc" and
 * target="_blank", without an href it is no link. Unlisted tags vanish; so does
 * the content of script, style, svg, math, template, noscript, textarea, title,
 * xmp, iframe, noembed, noframes and plaintext. All else is text, escaped. What
 * is put out is not changed by being put in again.
 *
 * One pass without a tree: time and memory are linear.
 */
#ifndef CARDUME_HTML_H
#define CARDUME_HTML_H

#include <stddef.h>

#include "buf.h"

#define HTML_DEPTH 32

/* Adds to `out` what there is room for below its maximum: behind that the text
 * is cut, and open tags are closed. */
void html_sanitise(struct buf *out, const char *html, size_t len);

/*
 * What a person reads: no markup, not escaped, white space folded outside of
 * <pre>; <br> is a line's end, an empty line stands between paragraphs. Never
 * longer than `html`; cut at the maximum of `out` too.
 */
void html_to_text(struct buf *out, const char *html, size_t len);

#endif
