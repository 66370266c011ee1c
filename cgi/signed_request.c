/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "signed_request.h"

#include <string.h>
#include <time.h>

#include "conf.h"
#include "db.h"
#include "job.h"
#include "lookup.h"
#include "request_private.h"
#include "throttle.h"

#define HEADER_NAME_MAX 60
#define KEY_SECONDS 4
#define RETRY_SECONDS 5

/* nginx chooses by the normalised path, the signature is about the path as it
 * was sent: where they differ somebody plays. */
static const char *target_of(struct request *request)
{
	const char *target = request_variable(request, "REQUEST_URI");
	size_t len = target ? strcspn(target, "?") : 0;

	if (!target || len != strlen(request->path) ||
	    strncmp(target, request->path, len) != 0)
		fail(request->task, 400,
		     "The address is not written as it should be.");
	return target;
}

/* Those of CGI's own are told by the names that the signature has. A name that
 * no header of ours has is none. */
static const char *header(void *ctx, const char *name)
{
	struct request *request = ctx;

	if (strlen(name) > HEADER_NAME_MAX)
		return NULL;
	if (!strcmp(name, "content-type"))
		return request_variable(request, "CONTENT_TYPE");
	if (!strcmp(name, "content-length"))
		return request_variable(request, "CONTENT_LENGTH");
	return request_header(request, name);
}

struct http_signed_request signed_request(struct request *request)
{
	return (struct http_signed_request){
		.method = request->method,
		.target = target_of(request),
		.origin = request->task->conf->origin,
		.header = header,
		.ctx = request,
		.now = time(NULL),
	};
}

static bool fits(struct request *request,
		 const struct http_signature *signature)
{
	struct rows rows = db(request->task, "ap/inbox-key", signature->key_id);
	const char *pem = rows.count ? db_text(rows, 0, 1) : NULL;

	return pem && http_signature_verify(request->task, signature, pem) ==
			      SIGNATURE_GOOD;
}

/* A key that is new, or has changed. */
static void fetch_key(struct request *request,
		      const struct http_signature *signature)
{
	struct task *task = request->task;
	struct rows rows;

	throttle_key(request);
	rows = db(task, "ap/key-fetch", signature->key_id);
	job_wake(task, JOB_fetch);
	if (lookup_wait(task, db_int(rows, 0, 0), KEY_SECONDS))
		return;
	task->retry_after = RETRY_SECONDS;
	fail(task, 503, "Your key is being fetched. Please ask again.");
}

static void check_signature(struct request *request)
{
	struct http_signed_request signed_by = signed_request(request);
	struct http_signature signature;

	if (!http_signature_read(request->task, &signed_by, &signature))
		fail(request->task, 401, "%s", signature.error);
	if (fits(request, &signature))
		return;
	fetch_key(request, &signature);
	if (!fits(request, &signature))
		fail(request->task, 401,
		     "The signature was not made by this key.");
}

void signed_access(struct request *request)
{
	struct task *task = request->task;
	const char *signature = request_header(request, "signature");
	const char *input = request_header(request, "signature-input");
	struct rows rows;

	rows = db(task, "ap/access", request->path, signature, input);
	if (!db_bool(rows, 0, 0))
		fail(task, 404, "This server speaks to no others.");
	if (db_bool(rows, 0, 1))
		fail(task, 403, "This server does not speak to yours.");
	if (db_bool(rows, 0, 2))
		check_signature(request);
}
