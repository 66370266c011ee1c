/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* /my-library/video-channels: make, change, delete channels. */
#include <string.h>

#include "actor_key.h"
#include "bug.h"
#include "db.h"
#include "form.h"
#include "handlers.h"
#include "job.h"
#include "json.h"
#include "reply.h"
#include "utf8.h"

#define LIST "/my-library/video-channels"

static const char *viewer_id(struct request *request)
{
	return db_number(request->task, request->viewer.id);
}

static void take_texts(struct form *form, const char *values[3])
{
	values[0] = form_text(form, "displayName", 1, 120, "The display name");
	values[1] =
		form_optional(form, "description", 3, 1000, "The description");
	values[2] = form_optional(form, "support", 3, 1000, "The support text");
}

/* A box that is not ticked is not sent. */
static const char *take_shared(struct form *form)
{
	bool is_unshared = request_param(form->request, "unshared");

	json_object_object_add(json_member(form->document, "form"), "unshared",
			       json_object_new_boolean(is_unshared));
	return is_unshared ? "false" : "true";
}

static void show_create(struct request *request)
{
	struct form form = form_new(request);
	json_object *values = json_member(form.document, "form");
	static const char *const names[] = { "name", "displayName",
					     "description", "support" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		json_object_object_add(values, names[i],
				       json_object_new_string(""));
	form_show(&form, "page/my-library-channel-create");
}

static const char *take_name(struct form *form)
{
	const char *given = form_text(form, "name", 1, 50, "The name");

	return given ? utf8_lower(form->request->task->arena, given) : NULL;
}

/* A violated constraint, or "room". */
static void name_problem(struct form *form, const char *constraint)
{
	if (!strcmp(constraint, "room"))
		form_error(form, "name",
			   "You have as many channels as one may"
			   " have here.");
	else if (!strcmp(constraint, "actor_name_check"))
		form_error(form, "name",
			   "The name may have the letters a to z,"
			   " digits, points, hyphens and low lines, and begins"
			   " with a letter or digit.");
	else
		form_error(form, "name", "This name is or was taken.");
}

/* False, with the reason noted, when the name cannot be had. */
static bool create(struct form *form, const char *name,
		   const char *const texts[3], const char *is_shared)
{
	struct request *request = form->request;
	const char *viewer = viewer_id(request);
	struct rows rows =
		db(request->task, "user/channel-refusal", viewer, name);
	const char *constraint = db_text(rows, 0, 0);
	struct actor_key key;
	const char *values[8] = { viewer, name, texts[0], texts[1], texts[2] };

	if (constraint) {
		name_problem(form, constraint);
		return false;
	}
	key = actor_key_new(request->task);
	values[5] = key.public_key;
	values[6] = key.private_key;
	values[7] = is_shared;
	if (!db_try(request->task, &rows, "user/channel-create",
		    ARRAY_LEN(values), values)) {
		name_problem(form, rows.constraint);
		return false;
	}
	if (!rows.count)
		name_problem(form, "room");
	return rows.count;
}

static void save_new(struct request *request)
{
	struct form form = form_new(request);
	const char *name = take_name(&form);
	const char *is_shared = take_shared(&form);
	const char *texts[3];

	take_texts(&form, texts);
	if (!form_is_good(&form) || !create(&form, name, texts, is_shared)) {
		form_show(&form, "page/my-library-channel-create");
		return;
	}
	reply_flash(request, "The channel is there.");
	reply_redirect(request, arena_printf(request->task->arena,
					     LIST "/manage/%s", name));
}

/* The channel of the path as its owner, or who may act for the owner, sees
 * it; for all others it does not exist. */
static json_object *find(struct request *request)
{
	struct rows rows =
		db(request->task, "page/my-channel",
		   request_param(request, "name"), viewer_id(request));

	if (!rows.count)
		fail(request->task, 404, "There is no such channel of yours.");
	return json_load(request->task, db_text(rows, 0, 0),
			 db_length(rows, 0, 0));
}

static void show_manage(struct request *request)
{
	reply_page(request, 200, "page/my-library-channel-manage",
		   json_object_get(find(request)));
}

/* Back to the form as it was filled in, with the channel around it. */
static void show_again(struct form *form, json_object *channel)
{
	json_object_object_add(
		form->document, "channel",
		json_object_get(json_member(channel, "channel")));
	form_show(form, "page/my-library-channel-manage");
}

static void save_changes(struct request *request)
{
	json_object *channel = find(request);
	struct form form = form_new(request);
	const char *name = json_text(json_member(channel, "channel"), "name");
	const char *is_shared = take_shared(&form);
	const char *texts[3];

	take_texts(&form, texts);
	if (!form_is_good(&form)) {
		show_again(&form, channel);
		return;
	}
	db(request->task, "user/channel-update", name, texts[0], texts[1],
	   texts[2], is_shared);
	reply_flash(request, "Saved.");
	reply_redirect(request, arena_printf(request->task->arena,
					     LIST "/manage/%s", name));
}

static void show_delete(struct request *request)
{
	reply_page(request, 200, "page/my-library-channel-delete",
		   json_object_get(find(request)));
}

/* The files go by jobs: sql/rebuild/26-files.sql. */
static void delete_channel(struct request *request)
{
	json_object *channel = json_member(find(request), "channel");

	if (json_flag(channel, "isLast", false))
		fail(request->task, 409,
		     "The last channel of an account"
		     " cannot be deleted.");
	db(request->task, "user/channel-delete", json_text(channel, "name"));
	job_wake(request->task, JOB_remove);
	job_wake(request->task, JOB_tracker);
	reply_flash(request, "The channel and its videos are deleted.");
	reply_redirect(request, LIST);
}

#define POST(path, function) \
	{ \
		.method = "POST", .pattern = path, .kind = ROUTE_HANDLER, \
		.viewer = VIEWER_USER, .handler = function, .body = BODY_FORM, \
		.csrf = true \
	}
#define GET(path, function) \
	{ \
		.method = "GET", .pattern = path, .kind = ROUTE_HANDLER, \
		.viewer = VIEWER_USER, .handler = function \
	}

const struct route channel_routes[] = {
	GET(LIST "/create", show_create),
	POST(LIST "/create", save_new),
	GET(LIST "/manage/:name", show_manage),
	POST(LIST "/manage/:name", save_changes),
	GET(LIST "/delete/:name", show_delete),
	POST(LIST "/delete/:name", delete_channel),
	{ 0 },
};
