/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Feeds under every name that PeerTube gives them. Who does not accept a
 * feed's type is told so (406), as PeerTube does; ?format= weighs more than
 * the name's ending.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "accept.h"
#include "db.h"
#include "handlers.h"
#include "hash.h"
#include "json.h"
#include "reply.h"
#include "shortid.h"

#define CACHE_SECONDS 60
#define FORMAT_MAX 20

static const char *const rss_types[] = {
	"application/rss+xml; charset=utf-8",
	"application/xml; charset=utf-8",
	"text/xml; charset=utf-8",
	NULL,
};
static const char *const atom_types[] = {
	"application/atom+xml; charset=utf-8",
	"application/xml; charset=utf-8",
	"text/xml; charset=utf-8",
	NULL,
};
static const char *const xml_types[] = {
	"application/xml; charset=utf-8",
	"text/xml; charset=utf-8",
	NULL,
};
static const char *const json_types[] = {
	"application/json; charset=utf-8",
	"application/feed+json; charset=utf-8",
	NULL,
};

enum kind { FEED_RSS, FEED_ATOM, FEED_JSON };

struct format {
	const char *name;
	const char *const *types;
	enum kind kind;
};

static const struct format formats[] = {
	{ "xml", xml_types, FEED_RSS },	    { "rss", rss_types, FEED_RSS },
	{ "rss2", rss_types, FEED_RSS },    { "atom", atom_types, FEED_ATOM },
	{ "atom1", atom_types, FEED_ATOM }, { "json", json_types, FEED_JSON },
	{ "json1", json_types, FEED_JSON },
};

/* A template for each kind but JSON, whose document is that of json_query. */
struct feed {
	const char *query;
	const char *json_query;
	const char *template_names[FEED_JSON];
};

static const struct format *format_named(struct request *request)
{
	const char *name = request_text(request, "format", 0, FORMAT_MAX);

	if (!name)
		name = strrchr(request->path, '.') + 1;
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (!strcmp(formats[i].name, name))
			return &formats[i];
	fail_field(request->task, "format",
		   "Should be one of xml, rss, rss2, atom, atom1, json, json1");
}

static const char *type_accepted(struct request *request,
				 const char *const *types)
{
	const char *type =
		accept_best(request_header(request, "accept"), types);

	if (!type)
		fail(request->task, 406,
		     "You should accept at least one of the types of this "
		     "feed, such as %.*s.",
		     (int)strcspn(types[0], ";"), types[0]);
	return type;
}

static void show(struct request *request, const struct feed *feed)
{
	const struct format *format = format_named(request);
	const char *type = type_accepted(request, format->types);
	bool is_json = format->kind == FEED_JSON;
	struct rows rows = request_query(request, is_json ? feed->json_query :
							    feed->query);
	const char *text = db_text(rows, 0, 0);
	size_t len = db_length(rows, 0, 0);

	if (is_json) {
		reply_bytes(request, 200, type, text, len);
		return;
	}
	reply_page(request, 200, feed->template_names[format->kind],
		   json_object_get(json_load(request->task, text, len)));
	reply_type(request, type);
}

static void show_videos(struct request *request)
{
	static const struct feed feed = { "page/feed",
					  "feed/videos-json",
					  { "page/feed-rss",
					    "page/feed-atom" } };

	show(request, &feed);
}

static void show_subscriptions(struct request *request)
{
	static const struct feed feed = { "page/feed-subscriptions",
					  "feed/subscriptions-json",
					  { "page/feed-rss",
					    "page/feed-atom" } };

	show(request, &feed);
}

static void show_comments(struct request *request)
{
	static const struct feed feed = { "page/feed-comments",
					  "feed/comments-json",
					  { "page/feed-comments-rss",
					    "page/feed-comments-atom" } };

	show(request, &feed);
}

/* podcast:guid: a UUID of version 5 of the address without its scheme, in the
 * namespace of podcasts (podcastindex.org). */
static const char *podcast_guid(struct task *task, const char *url)
{
	static const uint8_t space[UUID_BYTES] = {
		0xea, 0xd4, 0xc2, 0x36, 0xbf, 0x58, 0x58, 0xc6,
		0xa2, 0xc6, 0xa6, 0xb2, 0x8d, 0x12, 0x8c, 0xb6,
	};
	const char *name = strstr(url, "://") + 3;
	size_t len = strlen(name);
	uint8_t *named = arena_alloc(task->arena, sizeof(space) + len);
	uint8_t digest[SHA1_BYTES];
	char *text = arena_alloc(task->arena, UUID_SIZE);

	memcpy(named, space, sizeof(space));
	memcpy(named + sizeof(space), name, len);
	hash_sha1(digest, named, sizeof(space) + len);
	digest[6] = (uint8_t)((digest[6] & 0x0f) | 0x50);
	digest[8] = (uint8_t)((digest[8] & 0x3f) | 0x80);
	uuid_format(text, digest);
	return text;
}

static void show_podcast(struct request *request)
{
	struct task *task = request->task;
	const char *type = type_accepted(request, rss_types);
	struct rows rows = request_query(request, "page/podcast");
	json_object *document =
		json_load(task, db_text(rows, 0, 0), db_length(rows, 0, 0));

	json_object_object_add(document, "guid",
			       json_object_new_string(podcast_guid(
				       task, json_text(document, "url"))));
	reply_page(request, 200, "page/podcast", json_object_get(document));
	reply_type(request, type);
}

#define VIDEO_FEED(ending) \
	{ \
		.method = "GET", .pattern = "/feeds/videos." ending, \
		.kind = ROUTE_HANDLER, .handler = show_videos, \
		.query_name = "page/feed", .cache = CACHE_SECONDS \
	}

#define COMMENT_FEED(ending) \
	{ \
		.method = "GET", .pattern = "/feeds/video-comments." ending, \
		.kind = ROUTE_HANDLER, .handler = show_comments, \
		.query_name = "page/feed-comments", .cache = CACHE_SECONDS \
	}

/* Private: never kept by nginx. */
#define SUBSCRIPTION_FEED(ending) \
	{ \
		.method = "GET", .pattern = "/feeds/subscriptions." ending, \
		.kind = ROUTE_HANDLER, .handler = show_subscriptions, \
		.query_name = "page/feed-subscriptions" \
	}

const struct route feed_routes[] = {
	VIDEO_FEED("xml"),
	VIDEO_FEED("rss"),
	VIDEO_FEED("rss2"),
	VIDEO_FEED("atom"),
	VIDEO_FEED("atom1"),
	VIDEO_FEED("json"),
	VIDEO_FEED("json1"),
	COMMENT_FEED("xml"),
	COMMENT_FEED("rss"),
	COMMENT_FEED("rss2"),
	COMMENT_FEED("atom"),
	COMMENT_FEED("atom1"),
	COMMENT_FEED("json"),
	COMMENT_FEED("json1"),
	SUBSCRIPTION_FEED("xml"),
	SUBSCRIPTION_FEED("rss"),
	SUBSCRIPTION_FEED("rss2"),
	SUBSCRIPTION_FEED("atom"),
	SUBSCRIPTION_FEED("atom1"),
	SUBSCRIPTION_FEED("json"),
	SUBSCRIPTION_FEED("json1"),
	{ .method = "GET",
	  .pattern = "/feeds/podcast/videos.xml",
	  .kind = ROUTE_HANDLER,
	  .handler = show_podcast,
	  .query_name = "page/podcast",
	  .cache = CACHE_SECONDS },
	{ 0 },
};
