/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* /p2p: whether to share with other viewers, chosen by a form. */
#include "p2p.h"

#include <string.h>

#include "csrf.h"
#include "db.h"
#include "handlers.h"
#include "json.h"
#include "redirects.h"
#include "reply.h"

const char *p2p_choice(struct request *request)
{
	const char *cookie = request_cookie(request, "cardume_p2p");

	if (cookie && (!strcmp(cookie, "yes") || !strcmp(cookie, "no")))
		return cookie;
	return NULL;
}

static const char *viewer_id(struct request *request)
{
	return request->viewer.id ?
		       db_number(request->task, request->viewer.id) :
		       NULL;
}

static void show_p2p(struct request *request)
{
	struct task *task = request->task;
	struct rows rows =
		db(task, "page/p2p", viewer_id(request), p2p_choice(request));
	json_object *document =
		json_load(task, db_text(rows, 0, 0), db_length(rows, 0, 0));

	json_object_object_add(document, "back",
			       json_object_new_string(redirect_back(request)));
	json_object_object_add(document, "token",
			       json_object_new_string(csrf_token(request)));
	reply_header(request, "Cache-Control", "private, no-store");
	reply_page(request, 200, "page/p2p", json_object_get(document));
}

static void choose_p2p(struct request *request)
{
	static const struct param choice_param = { .name = "choice",
						   .type = PARAM_CHOICE,
						   .choices = "yes|no",
						   .required = true };
	const char *choice = request_declared(request, &choice_param);

	if (request->viewer.id)
		db(request->task, "user/p2p", viewer_id(request), choice);
	reply_cookie(request, "cardume_p2p", choice, CHOICE_SECONDS);
	reply_redirect(request, redirect_back(request));
}

const struct route p2p_routes[] = {
	{ .method = "GET",
	  .pattern = "/p2p",
	  .kind = ROUTE_HANDLER,
	  .viewer = VIEWER_OPTIONAL,
	  .handler = show_p2p },
	{ .method = "POST",
	  .pattern = "/p2p",
	  .kind = ROUTE_HANDLER,
	  .viewer = VIEWER_OPTIONAL,
	  .handler = choose_p2p,
	  .body = BODY_FORM,
	  .csrf = true },
	{ 0 },
};
