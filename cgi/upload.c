/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cardume-upload: forms with files, of pages and of the REST API. */
#include <string.h>

#include "bearer.h"
#include "csrf.h"
#include "handlers.h"
#include "serve.h"
#include "session.h"

/* A cookie is sent along by foreign pages too: it counts for nothing where no
 * CSRF token is asked for. */
static void identify(struct request *request)
{
	if (!strncmp(request->path, "/api/", 5))
		bearer_identify(request);
	else
		session_identify(request);
}

static const struct route *const handlers[] = {
	upload_api_form_routes,
	upload_api_picture_routes,
	upload_caption_routes,
	upload_check_files_routes,
	upload_check_routes,
	upload_picture_routes,
	upload_resumable_routes,
	upload_video_routes,
	NULL,
};

int main(int argc, char **argv)
{
	static void (*const identities[])(struct request *) = {
		identify,
		NULL,
	};
	static const char *const no_queries[] = { NULL };
	static const struct program program = {
		.name = "upload",
		.face = FACE_HTML,
		.query_prefixes = no_queries,
		.handlers = handlers,
		.identify = identities,
		.check_csrf = csrf_check,
		.csrf_token = csrf_token,
	};

	return serve(argc, argv, &program);
}
