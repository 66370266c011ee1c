/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "video_update.h"

#include "db.h"
#include "json.h"
#include "video_form.h"

int64_t video_update(struct request *request, const char *named,
		     json_object *sent)
{
	struct task *task = request->task;
	struct rows rows = db(task, "api/video-form", named,
			      db_number(task, request->viewer.id),
			      json_object_to_json_string(sent));
	json_object *form;

	if (!rows.count)
		fail(task, 404, "Video not found");
	if (!db_bool(rows, 0, 2))
		fail(task, 403, "Cannot update video of another user");
	form = json_load(task, db_text(rows, 0, 3), db_length(rows, 0, 3));
	video_form_fail(task,
			video_form_errors(request, db_int(rows, 0, 1), form));
	db(task, "user/video-update", db_text(rows, 0, 0),
	   json_object_to_json_string(form));
	db(task, "user/video-act", db_text(rows, 0, 0),
	   db_number(task, request->viewer.id), "2");
	return db_int(rows, 0, 0);
}
