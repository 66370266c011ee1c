/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Subtitles: WebVTT (W3C) as it comes, SubRip (.srt) made into it. What is
 * written is made anew: the header, then cues of checked times; styles,
 * regions and notes are left out.
 */
#ifndef CARDUME_CAPTION_H
#define CARDUME_CAPTION_H

#include <stddef.h>
#include <stdio.h>

#define CAPTION_MAX_CUES 100000
#define CAPTION_MAX_LINE 10000 /* bytes */

/* NULL, or what is wrong with it as a sentence for the sender. What was
 * written before is of no use then. Errors of `out` are the caller's to see. */
const char *caption_write(FILE *out, const char *text, size_t len);

#endif
