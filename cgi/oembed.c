/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* oEmbed 1.0 (oembed.com), with the statuses PeerTube gives. */
#include <string.h>

#include "buf.h"
#include "conf.h"
#include "db.h"
#include "handlers.h"
#include "reply.h"
#include "shortid.h"
#include "url.h"

#define CACHE_SECONDS 60
#define URL_MAX 2000
#define VALUE_MAX 20
#define SIZE_MAX_ASKED 10000

/* What stands behind our origin, or NULL. */
static const char *our_path(struct request *request, const char *url)
{
	const char *origin = request->task->conf->origin;
	size_t len = strlen(origin);

	return !strncmp(url, origin, len) && url[len] == '/' ? url + len : NULL;
}

/* The UUID in "/w/ID" and "/videos/watch/ID", or NULL. */
static const char *video_of(struct task *task, const char *path)
{
	static const char *const prefixes[] = { "/w/", "/videos/watch/" };
	uint8_t uuid[UUID_BYTES];
	char *text = arena_alloc(task->arena, UUID_SIZE);

	for (size_t i = 0; i < 2; i++) {
		size_t len = strlen(prefixes[i]);
		const char *id;

		if (strncmp(path, prefixes[i], len) != 0)
			continue;
		id = arena_strndup(task->arena, path + len,
				   strcspn(path + len, "?#/"));
		if (!uuid_parse(uuid, id) && !shortid_decode(uuid, id))
			return NULL;
		uuid_format(text, uuid);
		return text;
	}
	return NULL;
}

static bool is_plain(const char *value)
{
	return strlen(value) <= VALUE_MAX &&
	       strspn(value, "0123456789hms") == strlen(value);
}

/* Where the page's URL says that the video starts and stops, for the embed
 * page's: "?start=83". */
static const char *times_of(struct task *task, const char *path)
{
	const char *query = strchr(path, '?');
	struct buf out = buf_make(task->arena, URL_MAX);
	const char *name, *value;
	struct url_form form;

	if (!query)
		return "";
	form = url_form(task->arena, query + 1, strcspn(query + 1, "#"));
	while (url_form_next(&form, &name, &value))
		if ((!strcmp(name, "start") || !strcmp(name, "stop")) &&
		    is_plain(value))
			buf_printf(&out, "%s%s=%s", out.len ? "&" : "?", name,
				   value);
	return out.data ? out.data : "";
}

static void show(struct request *request)
{
	struct task *task = request->task;
	const char *format = request_param(request, "format");
	const char *path =
		our_path(request, request_text(request, "url", 1, URL_MAX));
	const char *video = path ? video_of(task, path) : NULL;
	struct rows rows;

	if (format && strcmp(format, "json") != 0)
		fail(task, 501, "Only the format json is spoken here.");
	if (!path)
		fail_field(task, "url", "The url is not one of this site.");
	if (!video)
		fail(task, 404, "There is no such video.");
	rows = db(task, "page/oembed", video,
		  db_number(task, request_int(request, "maxwidth", 1,
					      SIZE_MAX_ASKED, SIZE_MAX_ASKED)),
		  db_number(task, request_int(request, "maxheight", 1,
					      SIZE_MAX_ASKED, SIZE_MAX_ASKED)),
		  times_of(task, path));
	if (!rows.count)
		fail(task, 404, "There is no such video.");
	if (!db_text(rows, 0, 0))
		fail(task, 403, "This video is not public.");
	reply_bytes(request, 200, "application/json; charset=utf-8",
		    db_text(rows, 0, 0), db_length(rows, 0, 0));
}

static const struct param asked[] = {
	{ .name = "url", .type = PARAM_TEXT, .max = 2000, .required = true },
	{ .name = "format", .type = PARAM_CHOICE, .choices = "json" },
	{ .name = "maxwidth",
	  .type = PARAM_INT,
	  .min = 1,
	  .max = SIZE_MAX_ASKED },
	{ .name = "maxheight",
	  .type = PARAM_INT,
	  .min = 1,
	  .max = SIZE_MAX_ASKED },
	{ 0 },
};

const struct route oembed_routes[] = {
	{ .method = "GET",
	  .pattern = "/services/oembed",
	  .kind = ROUTE_HANDLER,
	  .handler = show,
	  .cache = CACHE_SECONDS,
	  .summary = "Get what another site needs to embed a video.",
	  .params = asked,
	  .answer = "OEmbed" },
	{ 0 },
};
