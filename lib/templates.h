/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The templates: every templates/X.mustache, compiled into one sorted table
 * by tools/templates.awk, named by its path ("page/watch", "part/card",
 * "layout"), used as partial {{>part/card}} or parent {{<layout}} by the same
 * name. A template's first comment (its licence, and a page's route: route.h)
 * is not part of it.
 *
 * Functions for all templates; each is a section around its text:
 *   {{#t}}Subscribe{{/t}}                  translated (gettext, domain cardume)
 *   {{#t}}{{privacy}}{{/t}}                a label of sql/seed/10-base.sql
 *   {{#date}}{{publishedAt}}{{/date}}      ISO 8601 -> "23 November 2026" (UTC)
 *   {{#ago}}{{publishedAt}}{{/ago}}        -> "3 days ago"
 *   {{#rfc822}}{{publishedAt}}{{/rfc822}}  "Mon, 23 Nov 2026 01:02:03 +0000"
 *   {{#hms}}{{duration}}{{/hms}}           3723 -> "1:02:03", 83 -> "1:23"
 *   {{#iso_duration}}{{duration}}{{/iso_duration}}   83 -> "PT83S"
 *   {{#count}}{{views}}{{/count}}          1234 -> "1.2k"
 *   {{#n_views}}{{views}}{{/n_views}}      1 -> "1 view", 1234 -> "1.2k views";
 *       likewise n_likes, n_followers, n_videos, n_found ("3 videos found")
 *   {{#bytes}}{{size}}{{/bytes}}           1536 -> "1.5 KiB"
 *   {{#md}}{{description}}{{/md}}          Markdown -> HTML (markdown.h)
 *   {{#md_times}}{{description}}{{/md_times}}  likewise, with links to times
 *   {{#md_mentions}}{{mentions}} (a line's end) {{text}}{{/md_mentions}}
 *                                          likewise, with links to people:
 *                                          "@ann /a/ann @bob@b.c /a/bob@b.c"
 *   {{#md_text}}{{description}}{{/md_text}}    Markdown -> one line of at most
 *                                          200 characters, for attributes
 *   {{#html}}{{text}}{{/html}}             a stranger's HTML made safe (html.h)
 *   {{#html_text}}{{text}}{{/html_text}}   likewise, as md_text
 *   {{#html_plain}}{{text}}{{/html_plain}} all of its text, for XML too
 *   {{#mail_text}}{{text}}{{/mail_text}}   likewise, NOT escaped: mails alone
 *   {{#url}}{{tag}}{{/url}}                one component of a URL
 *   {{#json}}{{name}}{{/json}}             inside "..." of JSON in <script>
 *   {{#xml}}{{name}}{{/xml}}               for XML: escaped, without characters
 *                                          XML cannot hold
 *   {{#lower}}{{name}}{{/lower}}           ASCII letters lower-cased
 * Each takes the raw value and escapes its own output: write {{x}} inside,
 * never {{{x}}}. Text a function cannot read (a date that is none) is put out
 * as it is, escaped.
 */
#ifndef CARDUME_TEMPLATES_H
#define CARDUME_TEMPLATES_H

#include <json-c/json.h>
#include <stddef.h>
#include <time.h>

#include "buf.h"
#include "mustache.h"
#include "task.h"

struct template
{
	const char *name;
	const char *text;
	size_t len;
};

extern const struct template templates[]; /* sorted by name */
extern const size_t nr_templates;

/* Parsed at first use and kept for the process. BUG() when there is none of
 * that name or it is malformed: t/ parses them all. */
const struct mustache *template_find(const char *name);

/*
 * Renders a template over a stack of contexts (the last one is searched
 * first). With CARDUME_STRICT_TEMPLATES=1 in the environment a name found in
 * no context fails with 500 and tells it.
 */
void templates_render(struct task *task, struct buf *out, const char *name,
		      json_object *const contexts[], size_t nr);

/*
 * The language of what {{#t}} and the dates say from now on: "pt-BR" and the
 * like become gettext's LANGUAGE (pt_BR). "en" is the language of the
 * templates themselves. What is no language name changes nothing. Catalogues
 * (po/, made by tools/po) are looked for in LOCALEDIR, or in
 * $CARDUME_LOCALEDIR: a build tree's is its top.
 */
void templates_language(const char *language);

/* The functions above; their ctx is a struct template_env. */
struct template_env {
	time_t now;
};

extern const struct mustache_function template_functions[];
extern const size_t nr_template_functions;

#endif
