/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The signature inside of an activity, which whoever forwards it shows: made
 * once, when it is sent first. */
#include "deliver.h"

#include "db.h"
#include "http_signature.h"
#include "json.h"
#include "ld_signature.h"

void activity_prove(struct task *task, struct activity *activity)
{
	const struct signer *signer = signer_find(task, activity->actor_id);
	json_object *document = json_load(task, activity->body, activity->len);
	const char *text;

	ld_signature_sign(task, document,
			  http_signature_actor_url(task, signer->key_id),
			  signer->key, time(NULL));
	text = json_object_to_json_string_ext(
		document,
		JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);
	db(task, "job/deliver-proved", db_number(task, activity->id), text);
	activity_replace(activity, text);
}
