/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "admin_list.h"

#include "db.h"
#include "json.h"
#include "reply.h"

void admin_list_show(struct form *form, struct rows rows,
		     const char *template_name)
{
	struct request *request = form->request;
	json_object *list = json_load(request->task, db_text(rows, 0, 0),
				      db_length(rows, 0, 0));

	json_object_object_foreach(list, name, value) json_object_object_add(
		form->document, name, json_object_get(value));
	reply_header(request, "Cache-Control", "no-store");
	form_show(form, template_name);
}

const char *admin_list_start(struct request *request)
{
	return db_number(request->task,
			 request_int(request, "start", 0, ADMIN_LIST_MAX, 0));
}
