/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* POST video-channels: a handler, since a channel has a key. */
#include "actor_key.h"
#include "db.h"
#include "handlers.h"
#include "json.h"
#include "reply.h"
#include "utf8.h"

static const char *wanted_name(struct request *request)
{
	json_object *name = request_member(request, "name");

	return utf8_lower(request->task->arena, json_object_get_string(name));
}

/* Whether the channel may be made is asked first, for a key takes long. */
static void create_channel(struct request *request)
{
	struct task *task = request->task;
	const char *viewer = db_number(task, request->viewer.id);
	struct actor_key key;
	struct rows rows;

	request_check(request, request->route->query_name);
	db(task, request->route->query_name, viewer, wanted_name(request));
	key = actor_key_new(task);
	rows = db(task, "api/channel-create", viewer,
		  json_object_to_json_string(request_body(request)),
		  key.public_key, key.private_key);
	reply_bytes(request, 200, "application/json; charset=utf-8",
		    db_text(rows, 0, 0), db_length(rows, 0, 0));
}

const struct route api_channel_routes[] = {
	{ .method = "POST",
	  .pattern = "/api/v1/video-channels",
	  .kind = ROUTE_HANDLER,
	  .viewer = VIEWER_USER,
	  .handler = create_channel,
	  .query_name = "api/channel-create-check",
	  .status = 200,
	  .body = BODY_ANY,
	  .max_body = QUERY_MAX_BODY },
	{ 0 },
};
