/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "../../workers/link.h"
#include "tap.h"

static struct arena *arena;

/* A copy of exactly its length, so that a read behind it is seen. */
static const char *page(const char *html)
{
	size_t len = strlen(html);
	char *copy = malloc(len ? len : 1);
	const char *found;

	memcpy(copy, html, len);
	found = link_of_page(arena, copy, len);
	free(copy);
	return found;
}

#define TYPE "type=\"application/activity+json\""

static void pages(void)
{
	is(page("<html><link rel=alternate " TYPE " href=\"https://a/b\">"),
	   "https://a/b", "in any order");
	is(page("<LINK HREF='https://a/b?c&amp;d' TYPE='application/activity+"
		"json' REL='Alternate' />"),
	   "https://a/b?c&d", "single quotes, capitals, an entity");
	is(page("<link rel=alternate type=\"application/rss+xml\" "
		"href=\"https://a/r\"><link rel=\"alternate\" " TYPE
		" title=\"a > b\" href=https://a/b>"),
	   "https://a/b", "behind others, with a > in a value");
	is(page("<link rel=stylesheet " TYPE " href=https://a/b>"), NULL,
	   "another relation");
	is(page("<link rel=alternate " TYPE " href=/b>"), NULL,
	   "no absolute URL");
	is(page("<link rel=alternate " TYPE " href=javascript:alert(1)>"), NULL,
	   "another scheme");
	is(page("<linkrel=alternate " TYPE " href=https://a/b>"), NULL,
	   "another element");
}

static void hostile(void)
{
	static const char *const texts[] = {
		"",
		"<",
		"<link",
		"<link ",
		"<link =",
		"<link ==/=>",
		"<link rel=\"",
		"<link rel='alternate",
		"<link rel",
		"<link / / =\"\" '>",
		"<link href=\">",
	};
	static char many[200000];

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		is(page(texts[i]), NULL, texts[i]);
	for (size_t i = 0; i + 6 < sizeof(many); i += 6)
		memcpy(many + i, "<link ", 6);
	is(page(many), NULL, "many that do not end");
}

static void host_meta(void)
{
	const char *xml = "<?xml version=\"1.0\"?><XRD><Link rel=\"lrdd\" "
			  "template=\"https://a/w?resource={uri}\"/></XRD>";

	is(link_template(arena, xml, strlen(xml)), "https://a/w?resource={uri}",
	   "host-meta's template");
	is(link_template(arena, "<XRD/>", 6), NULL, "none");
}

int main(void)
{
	arena = arena_new(1 << 20);
	pages();
	hostile();
	host_meta();
	arena_free(arena);
	return tap_done();
}
