/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Avatars, banners and logos by the REST API. PeerTube answers with the new
 * images; ours are made by job `image`, so the answer waits for it.
 */
#include <string.h>
#include <time.h>

#include "db.h"
#include "handlers.h"
#include "job.h"
#include "reply.h"
#include "upload_picture.h"

#define STEPS 200
#define STEP_NANOSECONDS 50000000

/* At most 10 s: then what was there before is answered, and the new one
 * appears when it appears. */
static void wait_for(struct task *task, int64_t job)
{
	const struct timespec step = { .tv_nsec = STEP_NANOSECONDS };

	for (int i = 0; i < STEPS; i++) {
		struct rows rows =
			db(task, "user/job-state", db_number(task, job));

		if (!rows.count)
			return;
		if (db_int(rows, 0, 0) == 4)
			fail(task, 415, "%s",
			     db_text(rows, 0, 1) ? db_text(rows, 0, 1) :
						   "It is damaged.");
		nanosleep(&step, NULL);
	}
}

static void answer_images(struct request *request, const char *kind,
			  int64_t actor, int64_t job)
{
	struct task *task = request->task;
	struct rows rows;

	wait_for(task, job);
	rows = db(task, "user/actor-images", db_number(task, actor), kind);
	reply_bytes(request, 200, "application/json; charset=utf-8",
		    db_text(rows, 0, 0), db_length(rows, 0, 0));
}

static void pick(struct request *request, const char *kind, const char *channel)
{
	struct task *task = request->task;
	struct rows rows = db(task, "user/picture-of",
			      db_number(task, request->viewer.id), channel);
	int64_t actor = db_int(rows, 0, 0);

	answer_images(request, kind, actor,
		      upload_picture(request, kind, "actorId", actor));
}

static const char *channel_of(struct request *request)
{
	static const struct param handle = { .name = "channelHandle",
					     .type = PARAM_HANDLE,
					     .required = true };

	return request_declared(request, &handle);
}

static void pick_my_avatar(struct request *request)
{
	pick(request, "avatar", NULL);
}

static void pick_channel_avatar(struct request *request)
{
	pick(request, "avatar", channel_of(request));
}

static void pick_channel_banner(struct request *request)
{
	pick(request, "banner", channel_of(request));
}

static void pick_instance(struct request *request, const char *kind)
{
	struct task *task = request->task;
	struct rows rows = db(task, "user/instance-actor");

	wait_for(task,
		 upload_picture(request, kind, "actorId", db_int(rows, 0, 0)));
	reply_empty(request, 204);
}

static void pick_instance_avatar(struct request *request)
{
	pick_instance(request, "avatar");
}

static void pick_instance_banner(struct request *request)
{
	pick_instance(request, "banner");
}

static const struct param logo_type[] = {
	{ .name = "logoType",
	  .type = PARAM_CHOICE,
	  .choices = "favicon|header-wide|header-square|opengraph",
	  .required = true },
	{ 0 },
};

static void pick_logo(struct request *request)
{
	const char *type = request_declared(request, logo_type);

	wait_for(request->task, upload_picture(request, type, "instance", 0));
	reply_empty(request, 204);
}

static const struct param channel_handle[] = {
	{ .name = "channelHandle", .type = PARAM_HANDLE, .required = true },
	{ 0 },
};

#define PICK(path, who, function) \
	.method = "POST", .pattern = "/api/v1" path, .kind = ROUTE_HANDLER, \
	.viewer = who, .handler = function, .body = BODY_FILE

const struct route upload_api_picture_routes[] = {
	{ PICK("/users/me/avatar/pick", VIEWER_USER, pick_my_avatar),
	  .summary = "Upload one's avatar: the part avatarfile.",
	  .answer = "ActorAvatars" },
	{ PICK("/video-channels/:channelHandle/avatar/pick", VIEWER_USER,
	       pick_channel_avatar),
	  .summary = "Upload a channel's avatar: the part avatarfile.",
	  .params = channel_handle, .answer = "ActorAvatars" },
	{ PICK("/video-channels/:channelHandle/banner/pick", VIEWER_USER,
	       pick_channel_banner),
	  .summary = "Upload a channel's banner: the part bannerfile.",
	  .params = channel_handle, .answer = "ActorBanners" },
	{ PICK("/config/instance-avatar/pick", VIEWER_ADMIN,
	       pick_instance_avatar),
	  .summary = "Upload the instance's avatar: the part avatarfile.",
	  .status = 204 },
	{ PICK("/config/instance-banner/pick", VIEWER_ADMIN,
	       pick_instance_banner),
	  .summary = "Upload the instance's banner: the part bannerfile.",
	  .status = 204 },
	{ PICK("/config/instance-logo/:logoType/pick", VIEWER_ADMIN, pick_logo),
	  .summary = "Upload one of the instance's logos: the part logofile.",
	  .params = logo_type, .status = 204 },
	{ 0 },
};
