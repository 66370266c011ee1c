/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Inboxes (ActivityPub 5.2, 7.1): a request is looked at as far as that can be
 * done at once, and kept; worker `inbox` does the rest. Nobody is asked here,
 * so that no sender can hold a program. 202: it is kept (or of no use to us),
 * 401: its signature is none, 403: we do not speak to that server.
 */
#include <string.h>

#include "db.h"
#include "handlers.h"
#include "json.h"
#include "reply.h"
#include "request_private.h"
#include "signed_request.h"

#define BODY_MAX ((size_t)500 * 1000) /* as PeerTube */
#define RETRY_SECONDS 300

static void check_type(struct request *request)
{
	static const char *const types[] = { "application/activity+json",
					     "application/ld+json",
					     "application/json", NULL };

	for (size_t i = 0; types[i]; i++)
		if (request_has_type(request, types[i]))
			return;
	fail(request->task, 415,
	     "An inbox takes application/activity+json or"
	     " application/ld+json.");
}

static void check_json(struct request *request)
{
	const struct request_private *private = request->private;
	const char *text = private->body;
	size_t len = private->body_len;
	const char *wrong;

	if (len >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) {
		text += 3;
		len -= 3;
	}
	wrong = json_scan(request->task->arena, text, len);
	if (wrong)
		fail(request->task, 400, "JSON: %s", wrong);
	if (text[strspn(text, " \t\r\n")] != '{')
		fail(request->task, 400, "The body should be a JSON object.");
}

/* Who signed it, or NULL where only the worker can tell: the key is not known,
 * or does not fit and may have been changed. */
static const char *signer(struct request *request,
			  const struct http_signature *signature)
{
	struct task *task = request->task;
	struct rows rows = db(task, "ap/inbox-key", signature->key_id);
	const char *pem = db_text(rows, 0, 1);

	if (!rows.count || !pem)
		return NULL;
	if (http_signature_verify(task, signature, pem) == SIGNATURE_GOOD)
		return db_text(rows, 0, 0);
	if (!db_bool(rows, 0, 2))
		fail(task, 401, "The signature was not made by this key.");
	return NULL;
}

/* What the worker needs to look at the signature once more. */
static const char *kept_request(struct request *request, const char *target,
				const struct http_signature *signature)
{
	json_object *kept = json_keep(request->task, json_object_new_object());

	json_object_object_add(kept, "method",
			       json_object_new_string(request->method));
	json_object_object_add(kept, "target", json_object_new_string(target));
	json_object_object_add(kept, "headers",
			       json_object_get(signature->headers));
	return json_object_to_json_string(kept);
}

static void answer(struct request *request, struct rows rows)
{
	int status = (int)db_int(rows, 0, 0);

	if (status == 202) {
		reply_empty(request, 202);
		return;
	}
	if (status == 503)
		request->task->retry_after = RETRY_SECONDS;
	fail(request->task, status, "%s", db_text(rows, 0, 1));
}

static void take(struct request *request, const char *owner)
{
	struct task *task = request->task;
	struct http_signature signature;
	struct http_signed_request signed_by;
	const char *by;

	check_type(request);
	request_read_body(request);
	check_json(request);
	signed_by = signed_request(request);
	signed_by.body = request->private->body;
	signed_by.body_len = request->private->body_len;
	if (!http_signature_read(task, &signed_by, &signature))
		fail(task, 401, "%s", signature.error);
	by = signer(request, &signature);
	answer(request,
	       db(task, "ap/inbox-write", owner, by, signature.key_id,
		  by ? "{}" :
		       kept_request(request, signed_by.target, &signature),
		  request->private->body,
		  arena_printf(task->arena, "\\x%s", signature.hash),
		  db_number(task, signature.until)));
}

static void shared_inbox(struct request *request)
{
	take(request, NULL);
}

static void actor_inbox(struct request *request)
{
	take(request, request_param(request, "name"));
}

#define INBOX(path, function) \
	{ \
		.method = "POST", .pattern = (path), .kind = ROUTE_HANDLER, \
		.handler = (function), .body = BODY_ANY, .max_body = BODY_MAX \
	}

const struct route inbox_routes[] = {
	INBOX("/inbox", shared_inbox),
	INBOX("/accounts/:name/inbox", actor_inbox),
	INBOX("/video-channels/:name/inbox", actor_inbox),
	{ 0 },
};
