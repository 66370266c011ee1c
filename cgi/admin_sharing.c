/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* /admin/settings/system/sharing: how many share videos, whether viewers may,
 * and whose copies players use. */
#include "admin_list.h"
#include "handlers.h"
#include "json.h"
#include "reply.h"

#define PATH "/admin/settings/system/sharing"
#define SERVERS_MAX 3000

/* `typed`: the form as somebody has sent it, or NULL. */
static void show(struct form *form, const char *typed)
{
	admin_list_show(form,
			db(form->request->task, "page/admin-sharing", typed),
			"page/admin-sharing");
}

static void counts(struct request *request)
{
	struct form form = form_new(request);

	show(&form, NULL);
}

static void add_choice(json_object *typed, struct request *request,
		       const char *name, const char *choices)
{
	const struct param choice = { .name = name,
				      .type = PARAM_CHOICE,
				      .choices = choices,
				      .required = true };

	json_object_object_add(
		typed, name,
		json_object_new_string(request_declared(request, &choice)));
}

/* Empty is 0. */
static const char *viewers_of(struct form *form)
{
	const char *text = form_optional(form, "viewers", 1, 6, "The number");

	if (!text)
		return "0";
	if (strspn(text, "0123456789") != strlen(text))
		form_error(form, "viewers",
			   "The viewers should be a whole number from 0 on.");
	return text;
}

static void save(struct request *request)
{
	struct task *task = request->task;
	struct form form = form_new(request);
	json_object *typed = json_keep(task, json_object_new_object());
	const char *servers =
		form_optional(&form, "stun", 1, SERVERS_MAX, "The list");
	const char *viewers = viewers_of(&form);
	const char *text;

	add_choice(typed, request, "mode", "ask|on|off");
	add_choice(typed, request, "mirrors", "anybody|followings|nobody");
	json_object_object_add(typed, "stun",
			       json_object_new_string(servers ? servers : ""));
	json_object_object_add(typed, "viewers",
			       json_object_new_string(viewers));
	text = json_object_to_json_string(typed);
	if (form_is_good(&form)) {
		const char *wrong =
			db_text(db(task, "user/admin-sharing-save",
				   db_number(task, request->viewer.id), text),
				0, 0);

		if (wrong)
			form_error(&form, "stun",
				   "\"%s\" is no address like"
				   " stun:stun.example:3478.",
				   wrong);
	}
	if (!form_is_good(&form)) {
		show(&form, text);
		return;
	}
	reply_flash(request, "Your changes are saved.");
	reply_redirect(request, PATH);
}

const struct route admin_sharing_routes[] = {
	{ .method = "GET",
	  .pattern = PATH,
	  .kind = ROUTE_HANDLER,
	  .viewer = VIEWER_ADMIN,
	  .handler = counts },
	{ .method = "POST",
	  .pattern = PATH,
	  .kind = ROUTE_HANDLER,
	  .viewer = VIEWER_ADMIN,
	  .handler = save,
	  .body = BODY_FORM,
	  .csrf = true },
	{ 0 },
};
