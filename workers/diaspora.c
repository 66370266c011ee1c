/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "diaspora.h"

#include <openssl/evp.h>
#include <string.h>

#include "db.h"
#include "fetch.h"
#include "json.h"
#include "log.h"
#include "magic_envelope.h"
#include "signature.h"
#include "url.h"
#include "utf8.h"
#include "work.h"

#define ANSWER_MAX 4096
#define HANDLE_MAX 390

/* --- receiving ----------------------------------------------------------- */

static void free_key(void *key)
{
	EVP_PKEY_free(key);
}

/* The key of our actor; freed with the task's arena. */
static EVP_PKEY *our_key(struct job *job, int64_t actor)
{
	struct task *task = job->task;
	struct rows rows = db(task, "job/signing-key", db_number(task, actor));
	EVP_PKEY *key =
		rows.count ? signature_private_key(db_text(rows, 0, 1)) : NULL;

	if (!key)
		job_fail(job, "There is no such key any more.");
	arena_defer(task->arena, free_key, key);
	return key;
}

/* One answer for all that may be wrong with it. */
static _Noreturn void end_unproved(struct job *job)
{
	job_fail(job, "It is no envelope that can be proved.");
}

static struct magic_envelope open_letter(struct job *job)
{
	const char *text = json_text(job->payload, "body");
	int64_t owner = json_int(job->payload, "ownerId", 0);
	size_t len = text ? strlen(text) : 0;
	struct magic_envelope envelope;

	if (owner && text)
		text = private_envelope_open(job->task, our_key(job, owner),
					     text, len, &len);
	if (!text ||
	    !magic_envelope_read(job->task->arena, text, len, &envelope))
		end_unproved(job);
	return envelope;
}

/* name@host as we spell it, or NULL. */
static const char *handle_of(struct arena *arena, const char *author)
{
	const char *handle = utf8_lower(arena, author);
	const char *at = strchr(handle, '@');
	const char *host =
		at ? url_host(arena,
			      arena_printf(arena, "https://%s/", at + 1)) :
		     NULL;

	if (!host || at == handle || strlen(handle) > HANDLE_MAX ||
	    strcmp(host, at + 1) != 0 ||
	    strspn(handle, "abcdefghijklmnopqrstuvwxyz0123456789-_.") !=
		    (size_t)(at - handle))
		return NULL;
	return handle;
}

/* Who has signed it: asked for anew where a key that may be old does not
 * fit. */
static struct diaspora_person signer(struct job *job, const char *handle,
				     const struct magic_envelope *envelope)
{
	struct task *task = job->task;
	struct diaspora_person person = diaspora_person_known(task, handle);

	if (person.id && magic_envelope_verify(task, envelope, person.key))
		return person;
	if (!person.id || person.is_old)
		person = diaspora_person_fetch(task, handle);
	if (!person.id)
		job_retry(job, "%s is not found.", handle);
	if (!magic_envelope_verify(task, envelope, person.key))
		end_unproved(job);
	return person;
}

static const char *entity_json(struct task *task,
			       const struct pod_entity *entity)
{
	json_object *object = json_keep(task, json_object_new_object());
	json_object *fields = json_object_new_array();

	json_object_object_add(object, "name",
			       json_object_new_string(entity->name));
	json_object_object_add(object, "fields", fields);
	for (size_t i = 0; i < entity->nr; i++) {
		json_object *field = json_object_new_array();

		json_object_array_add(
			field, json_object_new_string(entity->fields[i].name));
		json_object_array_add(
			field, json_object_new_string(entity->fields[i].value));
		json_object_array_add(fields, field);
	}
	return json_object_to_json_string(object);
}

/* Whoever seals it must be its author: what others relay is about posts that
 * are not here. */
static void receive(struct job *job)
{
	struct task *task = job->task;
	struct magic_envelope envelope = open_letter(job);
	const char *handle = handle_of(task->arena, envelope.author);
	struct pod_entity entity;
	struct diaspora_person person;
	const char *author;
	struct rows rows;

	if (!handle ||
	    !pod_entity_read(task->arena, envelope.xml, envelope.len, &entity))
		end_unproved(job);
	author = pod_entity_value(&entity, "author");
	if (!author || strcmp(utf8_lower(task->arena, author), handle) != 0)
		end_unproved(job);
	person = signer(job, handle, &envelope);
	if ((!strcmp(entity.name, "comment") || !strcmp(entity.name, "like")) &&
	    !relayable_verify(task, &entity, person.key))
		end_unproved(job);
	db_begin(task);
	rows = db(
		task, "job/diaspora-apply", db_number(task, person.id),
		json_int(job->payload, "ownerId", 0) ?
			db_number(task, json_int(job->payload, "ownerId", 0)) :
			NULL,
		entity_json(task, &entity));
	job_done(job);
	db_commit(task);
	log_info("diaspora %s of %s: %s", entity.name, handle,
		 db_text(rows, 0, 0));
}

/* --- sending ------------------------------------------------------------- */

static struct pod_entity entity_of(struct job *job)
{
	json_object *fields = json_member(job->payload, "fields");
	size_t nr = fields ? json_object_array_length(fields) : 0;
	struct pod_entity entity = { .name = json_text(job->payload, "name") };

	if (!entity.name || nr >= POD_ENTITY_MAX_FIELDS)
		job_fail(job, "The job has no entity.");
	for (; entity.nr < nr; entity.nr++) {
		json_object *field =
			json_object_array_get_idx(fields, entity.nr);

		entity.fields[entity.nr] = (struct pod_field){
			json_object_get_string(
				json_object_array_get_idx(field, 0)),
			json_object_get_string(
				json_object_array_get_idx(field, 1))
		};
	}
	return entity;
}

static void sign(struct job *job)
{
	struct task *task = job->task;
	EVP_PKEY *key = our_key(job, json_int(job->payload, "actorId", 0));
	const char *sealed_for = json_text(job->payload, "key");
	const char *author = json_text(job->payload, "author");
	struct pod_entity entity = entity_of(job);
	const char *signature, *body;

	if (json_flag(job->payload, "relayed", false)) {
		signature = relayable_sign(task, key, &entity);
		entity.fields[entity.nr++] =
			(struct pod_field){ "author_signature", signature };
	}
	body = magic_envelope_make(task, key, author,
				   pod_entity_xml(task->arena, &entity));
	if (sealed_for)
		body = private_envelope_seal(task, sealed_for, body);
	if (!body)
		job_fail(job, "Nothing can be sealed for this key.");
	db_begin(task);
	db(task, "job/diaspora-signed",
	   json_object_to_json_string(job->payload), body);
	job_done(job);
	db_commit(task);
}

static void deliver(struct job *job)
{
	const char *body = json_text(job->payload, "body");
	struct fetch_request request = {
		.url = json_text(job->payload, "url"),
		.method = "POST",
		.body = body,
		.body_len = body ? strlen(body) : 0,
		.max_bytes = ANSWER_MAX,
	};
	struct fetch_answer answer;

	if (!body || !request.url)
		job_fail(job, "The job does not say what to send where.");
	request.content_type = *body == '{' ? "application/json" :
					      "application/magic-envelope+xml";
	answer = fetch(job->task, &request);
	if (answer.end == FETCH_STATUS && answer.status / 100 == 4 &&
	    answer.status != 429)
		job_fail(job, "%s refuses it: %d", request.url, answer.status);
	if (answer.end != FETCH_OK)
		job_retry(job, "%s: %s", request.url, answer.error);
}

static void run(struct job *job)
{
	static const struct {
		const char *what;
		void (*run)(struct job *job);
	} kinds[] = { { "receive", receive },
		      { "sign", sign },
		      { "deliver", deliver } };
	const char *what = json_text(job->payload, "what");

	for (size_t i = 0; what && i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(kinds[i].what, what)) {
			kinds[i].run(job);
			return;
		}
	job_fail(job, "The job does not say what to do.");
}

WORKER(diaspora, .run = run);
