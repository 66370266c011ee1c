/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cardume-page: HTML pages, forms, feeds, oEmbed. */
#include <stddef.h>

#include "csrf.h"
#include "handlers.h"
#include "serve.h"
#include "session.h"

static const struct route *const handlers[] = {
	account_settings_routes,
	admin_follows_routes,
	admin_jobs_routes,
	admin_mutes_routes,
	admin_redundancies_routes,
	admin_sharing_routes,
	application_routes,
	authorize_routes,
	channel_routes,
	comment_routes,
	feed_routes,
	interact_routes,
	move_routes,
	search_routes,
	login_code_routes,
	login_routes,
	manage_routes,
	p2p_routes,
	publish_routes,
	oembed_routes,
	redirect_routes,
	viewing_routes,
	watch_routes,
	signup_routes,
	two_factor_page_routes,
	NULL,
};

static void (*const identify[])(struct request *request) = {
	session_identify,
	NULL,
};

int main(int argc, char **argv)
{
	static const char *const queries_served[] = { "feed/", NULL };
	static const struct program program = {
		.name = "page",
		.face = FACE_HTML,
		.query_prefixes = queries_served,
		.pages = true,
		.handlers = handlers,
		.identify = identify,
		.check_csrf = csrf_check,
		.csrf_token = csrf_token,
	};

	return serve(argc, argv, &program);
}
