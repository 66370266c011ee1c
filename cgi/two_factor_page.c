/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* /my-account/two-factor: switch the second factor on and off. */
#include "db.h"
#include "form.h"
#include "handlers.h"
#include "own_password.h"
#include "reply.h"
#include "two_factor.h"

#define PAGE "page/my-account-two-factor"
#define PATH "/my-account/two-factor"
#define CODE_MAX 20
#define TOKEN_MAX 200

static void add(struct form *form, const char *name, const char *text)
{
	json_object_object_add(form->document, name,
			       json_object_new_string(text));
}

static void show(struct form *form)
{
	struct request *request = form->request;
	bool is_on = two_factor_is_on(request, request->viewer.id);

	json_object_object_add(form->document, "isOn",
			       json_object_new_boolean(is_on));
	reply_header(request, "Cache-Control", "no-store");
	form_show(form, PAGE);
}

static void show_offer(struct form *form, struct two_factor_offer offer)
{
	json_object_object_add(form->document, "isOffered",
			       json_object_new_boolean(true));
	add(form, "requestToken", offer.token);
	add(form, "secret", offer.secret);
	add(form, "uri", offer.uri);
	show(form);
}

static void show_state(struct request *request)
{
	struct form form = form_new(request);

	show(&form);
}

static void offer(struct request *request)
{
	struct form form = form_new(request);

	if (two_factor_is_on(request, request->viewer.id) ||
	    !own_password_is_right(&form))
		show(&form);
	else
		show_offer(&form, two_factor_offer(request, request->viewer.id,
						   request->viewer.username));
}

static void confirm(struct request *request)
{
	struct form form = form_new(request);
	const char *token = request_text(request, "requestToken", 1, TOKEN_MAX);
	const char *code = form_text(&form, "code", 1, CODE_MAX, "The code");
	uint8_t secret[TOTP_SECRET];

	if (!two_factor_offered(request, request->viewer.id, token, secret)) {
		form_error(&form, "code",
			   "This took too long. Please begin again.");
		show(&form);
		return;
	}
	if (form_is_good(&form) &&
	    !two_factor_switch_on(request, request->viewer.id, secret, code))
		form_error(&form, "code", "This code is not right.");
	if (!form_is_good(&form)) {
		show_offer(&form,
			   two_factor_same_offer(request, token, secret,
						 request->viewer.username));
		return;
	}
	reply_flash(request,
		    "From now on a code is asked for when you sign in.");
	reply_redirect(request, PATH);
}

static void disable(struct request *request)
{
	struct form form = form_new(request);

	if (!own_password_is_right(&form)) {
		show(&form);
		return;
	}
	db(request->task, "user/two-factor-clear",
	   db_number(request->task, request->viewer.id));
	reply_flash(request, "No code is asked for any more.");
	reply_redirect(request, PATH);
}

#define POST(path, function) \
	{ \
		.method = "POST", .pattern = path, .kind = ROUTE_HANDLER, \
		.viewer = VIEWER_USER, .handler = function, .body = BODY_FORM, \
		.csrf = true \
	}

const struct route two_factor_page_routes[] = {
	{ .method = "GET",
	  .pattern = PATH,
	  .kind = ROUTE_HANDLER,
	  .viewer = VIEWER_USER,
	  .handler = show_state },
	POST(PATH "/request", offer),
	POST(PATH "/confirm", confirm),
	POST(PATH "/disable", disable),
	{ 0 },
};
