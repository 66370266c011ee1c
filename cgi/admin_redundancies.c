/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* /admin/settings/follows/video-redundancies-list: copies of other servers'
 * videos that this one keeps, copies of ours that they keep, and what is copied
 * by itself. */
#include <string.h>

#include "admin_list.h"
#include "arena.h"
#include "bug.h"
#include "handlers.h"
#include "json.h"
#include "lookup.h"
#include "reply.h"

#define PATH "/admin/settings/follows/video-redundancies-list"
#define ADDRESS_MAX 2000
#define NUMBER_MAX 20
#define ASK_SECONDS 8
#define ID_MAX 9000000000000000

/* "my-videos": those that others keep. */
static const char *target(struct request *request)
{
	static const struct param param = { .name = "target",
					    .type = PARAM_CHOICE,
					    .choices =
						    "remote-videos|my-videos",
					    .fallback = "remote-videos" };

	return request_declared(request, &param);
}

static void show(struct form *form, const char *typed)
{
	struct request *request = form->request;

	admin_list_show(form,
			db(request->task, "page/admin-redundancies",
			   target(request), admin_list_start(request), typed),
			"page/admin-redundancies");
}

static void list(struct request *request)
{
	struct form form = form_new(request);

	show(&form, NULL);
}

/* What is not known here is fetched first. */
static void look(struct form *form, const char *typed)
{
	struct lookup found = lookup(form->request, typed, ASK_SECONDS);

	if (found.state == LOOKUP_WAITING)
		form_error(form, "video",
			   "It is being fetched still. Send this again in a"
			   " moment.");
	else if (found.state == LOOKUP_FAILED)
		form_error(form, "video", "It could not be fetched%s%s",
			   found.why ? ": " : ".", found.why ? found.why : "");
}

static void add(struct request *request)
{
	struct task *task = request->task;
	struct form form = form_new(request);
	const char *typed =
		form_text(&form, "video", 1, ADDRESS_MAX, "The address");
	const char *wrong = NULL;

	if (form_is_good(&form))
		look(&form, typed);
	if (form_is_good(&form))
		wrong = db_text(db(task, "user/admin-redundancy-add", typed), 0,
				0);
	if (wrong)
		form_error(&form, "video", "%s", wrong);
	if (!form_is_good(&form)) {
		show(&form, NULL);
		return;
	}
	reply_flash(request, "It is being copied.");
	reply_redirect(request, PATH);
}

static void end(struct request *request)
{
	int64_t id = request_int(request, "id", 1, ID_MAX, 0);

	db(request->task, "user/admin-redundancy-end",
	   db_number(request->task, id));
	reply_flash(request, "The copy is used no longer.");
	reply_redirect(request,
		       arena_printf(request->task->arena, PATH "?target=%s",
				    target(request)));
}

/* The form of what is copied by itself, as JSON. */
static const char *typed_strategies(struct form *form)
{
	static const char *const strategies[] = { "most-views", "trending",
						  "recently-added" };
	static const char *const parts[] = { "", "-size", "-hours", "-views" };
	struct task *task = form->request->task;
	json_object *typed = json_keep(task, json_object_new_object());

	for (size_t i = 0; i < ARRAY_LEN(strategies); i++)
		for (size_t k = 0; k < ARRAY_LEN(parts); k++) {
			const char *name = arena_printf(
				task->arena, "%s%s", strategies[i], parts[k]);
			const char *text = form_optional(
				form, name, 1, NUMBER_MAX, "The number");

			if (text)
				json_object_object_add(
					typed, name,
					json_object_new_string(text));
		}
	return json_object_to_json_string(typed);
}

static void save(struct request *request)
{
	struct task *task = request->task;
	struct form form = form_new(request);
	const char *typed = typed_strategies(&form);

	if (form_is_good(&form)) {
		struct rows rows =
			db(task, "user/admin-redundancy-save",
			   db_number(task, request->viewer.id), typed);

		for (int i = 0; i < rows.count; i++)
			form_error(&form, db_text(rows, i, 0), "%s",
				   db_text(rows, i, 1));
	}
	if (!form_is_good(&form)) {
		show(&form, typed);
		return;
	}
	reply_flash(request, "Your changes are saved.");
	reply_redirect(request, PATH);
}

#define POST(path, function) \
	{ \
		.method = "POST", .pattern = PATH path, .kind = ROUTE_HANDLER, \
		.viewer = VIEWER_ADMIN, .handler = function, \
		.body = BODY_FORM, .csrf = true \
	}

const struct route admin_redundancies_routes[] = {
	{ .method = "GET",
	  .pattern = PATH,
	  .kind = ROUTE_HANDLER,
	  .viewer = VIEWER_ADMIN,
	  .handler = list },
	POST("/add", add),
	POST("/remove", end),
	POST("/strategies", save),
	{ 0 },
};
