/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The form of a video, from the pages (upload, manage) or the REST API, as the
 * document that sql/rebuild/45-upload.sql describes and checks.
 */
#ifndef CARDUME_VIDEO_FORM_H
#define CARDUME_VIDEO_FORM_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "request.h"

/* Where the values come from: a request's parameters or a multipart body. */
struct form_source {
	const char *(*value)(void *from, const char *name);
	/* All values of "name", "name[]", "name[0]"... */
	size_t (*values)(void *from, const char *name, const char *values[],
			 size_t max);
	void *from;
	/* Our own page: an absent check box was not ticked; tags are one text
	 * with commas, passwords one text with lines. */
	bool is_page;
};

/* The form's members, as routes declare them (route.h). */
#define VIDEO_FORM_FIELD(field, kind, ...) \
	{ \
		.name = field, .type = PARAM_##kind, .in_body = true, \
		__VA_ARGS__ \
	}
#define VIDEO_FORM_PARAMS \
	VIDEO_FORM_FIELD("channelId", INT, .min = 1, .max = INT64_MAX), \
		VIDEO_FORM_FIELD("privacy", INT, .min = 1, .max = 5), \
		VIDEO_FORM_FIELD("category", INT, .min = 1, .max = INT32_MAX), \
		VIDEO_FORM_FIELD("licence", INT, .min = 1, .max = INT32_MAX), \
		VIDEO_FORM_FIELD("language", TEXT, .max = 10), \
		VIDEO_FORM_FIELD("description", CHARS, .max = 10000), \
		VIDEO_FORM_FIELD("support", CHARS, .max = 1000), \
		VIDEO_FORM_FIELD("nsfw", BOOL), \
		VIDEO_FORM_FIELD("nsfwSummary", CHARS, .max = 250), \
		VIDEO_FORM_FIELD("waitTranscoding", BOOL), \
		VIDEO_FORM_FIELD("downloadEnabled", BOOL), \
		VIDEO_FORM_FIELD("commentsPolicy", INT, .min = 1, .max = 3), \
		VIDEO_FORM_FIELD("originallyPublishedAt", DATE), \
		VIDEO_FORM_FIELD("tags", LIST, .max = 5), \
		VIDEO_FORM_FIELD("videoPasswords", LIST, .max = 20)

struct form_source form_source_request(struct request *request);

/* The form's document; fails with 400 on a switch that is neither on nor off.
 * Owned by the task. */
json_object *video_form_read(struct task *task,
			     const struct form_source *source);

/* What is wrong with it, an array of {field, message, status}; `owner` is the
 * user whose video it is, 0 of a new one. Owned by the task. */
json_object *video_form_errors(struct request *request, int64_t owner,
			       json_object *form);
void video_form_add_error(json_object *errors, const char *field, int status,
			  const char *message);
/* HTTP status of the first error. */
int video_form_status(json_object *errors);
/* Fails with the first error, if there is one. */
void video_form_fail(struct task *task, json_object *errors);

#endif
