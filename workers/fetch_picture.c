/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "fetch_picture.h"

#include <string.h>

#include "conf.h"
#include "db.h"
#include "fetch.h"
#include "file.h"
#include "json.h"

#define PICTURE_MAX ((size_t)5 * 1024 * 1024)
#define TIMEOUT_MS 20000

/* What its first bytes say; Content-Type is not believed. */
static bool is_picture(const struct fetch_answer *answer)
{
	const char *bytes = answer->body;

	if (answer->len < 12)
		return false;
	return !memcmp(bytes, "\xff\xd8\xff", 3) ||
	       !memcmp(bytes, "\x89PNG\r\n\x1a\n", 8) ||
	       (!memcmp(bytes, "RIFF", 4) && !memcmp(bytes + 8, "WEBP", 4));
}

static struct fetch_answer get(struct job *job, const char *url)
{
	struct fetch_request request = {
		.url = url,
		.accept = "image/jpeg, image/png, image/webp",
		.max_bytes = PICTURE_MAX,
		.timeout_ms = TIMEOUT_MS,
	};
	struct fetch_answer answer = fetch(job->task, &request);

	if (answer.end == FETCH_STATUS && answer.status < 500)
		job_fail(job, "%s", answer.error);
	if (answer.end != FETCH_OK)
		job_retry(job, "%s", answer.error);
	if (!is_picture(&answer))
		job_fail(job, "This is no JPEG, PNG or WebP.");
	return answer;
}

/* The payload of job `image`, which removes the file in the end. */
static json_object *payload_of(struct job *job, const char *path)
{
	static const char *const kept[] = { "kind",    "url",	"videoId",
					    "actorId", "width", "height" };
	json_object *payload = json_object_new_object();

	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++) {
		json_object *value = json_member(job->payload, kept[i]);

		if (value)
			json_object_object_add(payload, kept[i],
					       json_object_get(value));
	}
	json_object_object_add(payload, "path", json_object_new_string(path));
	return payload;
}

void fetch_picture(struct job *job)
{
	struct task *task = job->task;
	const char *url = json_text(job->payload, "url");
	const char *path;
	struct fetch_answer answer;
	json_object *payload;

	if (!url)
		job_fail(job, "The job does not say what to fetch.");
	answer = get(job, url);
	path = arena_printf(task->arena, "incoming/picture-%lld-%lld",
			    (long long)job->id, (long long)job->lease);
	if (!file_write(task,
			arena_printf(task->arena, "%s/%s",
				     task->conf->media_dir, path),
			answer.body, answer.len))
		job_retry(job, "A picture could not be written: %m");
	payload = payload_of(job, path);
	db_begin(task);
	job_insert(task, JOB_image, payload,
		   (struct job_options){ .priority = 8 });
	json_object_put(payload);
	job_done(job);
	db_commit(task);
	job_wake(task, JOB_image);
}
