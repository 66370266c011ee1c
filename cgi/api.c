/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cardume-api: PeerTube's REST API, access to files that are not public. */
#include <stddef.h>

#include "bearer.h"
#include "handlers.h"
#include "lookup.h"
#include "serve.h"

static const struct route *const handlers[] = {
	api_me_routes,
	api_channel_routes,
	api_user_routes,
	api_video_routes,
	log_routes,
	media_routes,
	notification_routes,
	oauth_app_routes,
	oauth_routes,
	registration_routes,
	two_factor_api_routes,
	NULL,
};

static void (*const identify[])(struct request *) = {
	bearer_identify,
	NULL,
};

int main(int argc, char **argv)
{
	static const char *const queries_served[] = { "api/", NULL };
	static const struct program program = {
		.name = "api",
		.face = FACE_API,
		.query_prefixes = queries_served,
		.handlers = handlers,
		.identify = identify,
		.before_query = lookup_searched,
	};

	return serve(argc, argv, &program);
}
