/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "publish.h"

#include "db.h"
#include "handlers.h"
#include "json.h"
#include "reply.h"

const char upload_extensions[] =
	".mp4, .webm, .ogv, .ogg, .mkv, .mov, .qt, .mqv, .m4v, .flv, .f4v, "
	".wmv, .avi, .3gp, .3gpp, .3g2, .3gpp2, .nut, .mts, .ts, .m2ts, .mpv, "
	".m2v, .m1v, .mpg, .mpe, .mpeg, .vob, .mxf, .mp3, .wma, .wav, .flac, "
	".aac, .m4a, .ac3";

void publish_show(struct request *request, int status, json_object *form,
		  json_object *errors)
{
	struct task *task = request->task;
	struct rows rows =
		db(task, "page/videos-publish",
		   db_number(task, request->viewer.id),
		   form ? json_object_to_json_string(form) : NULL,
		   errors ? json_object_to_json_string(errors) : NULL);
	json_object *document =
		json_load(task, db_text(rows, 0, 0), db_length(rows, 0, 0));

	json_object_object_add(document, "extensions",
			       json_object_new_string(upload_extensions));
	json_object_object_add(document, "isAgain",
			       json_object_new_boolean(form != NULL));
	/* Set by nginx where it has the upload progress module. */
	json_object_object_add(
		document, "hasProgress",
		json_object_new_boolean(
			request_header(request, "x-upload-progress") != NULL));
	reply_page(request, status, "page/videos-publish",
		   json_object_get(document));
}

static void show_form(struct request *request)
{
	publish_show(request, 200, NULL, NULL);
}

static void go_to_form(struct request *request)
{
	reply_redirect(request, "/videos/publish");
}

const struct route publish_routes[] = {
	{ .method = "GET",
	  .pattern = "/videos/publish",
	  .kind = ROUTE_HANDLER,
	  .viewer = VIEWER_USER,
	  .handler = show_form },
	{ .method = "GET",
	  .pattern = "/videos/upload",
	  .kind = ROUTE_HANDLER,
	  .viewer = VIEWER_NONE,
	  .handler = go_to_form },
	{ 0 },
};
