/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The forms at the comments of the watch page. */
#include "db.h"
#include "handlers.h"
#include "reply.h"
#include "video_token.h"

#define TEXT_BYTES_MAX (4 * 10000)
#define ID_MAX INT64_C(9007199254740991)

static const char *named(struct request *request)
{
	static const struct param param = { .name = "id",
					    .type = PARAM_VIDEO,
					    .required = true };

	return request_declared(request, &param);
}

static const char *comment_id(struct request *request)
{
	return db_number(request->task,
			 request_int(request, "commentId", 1, ID_MAX, 0));
}

static const char *viewer(struct request *request)
{
	return db_number(request->task, request->viewer.id);
}

/* The cookie that watch.c gave for one of the video's passwords. */
static const char *token_hash(struct request *request)
{
	const char *cookie =
		arena_printf(request->task->arena, "cardume_video_%s",
			     request_param(request, "id"));

	return video_token_hash(request->task, request_cookie(request, cookie));
}

static void go_to(struct request *request, const char *anchor)
{
	reply_redirect(request,
		       arena_printf(request->task->arena, "/w/%s#%s",
				    request_param(request, "id"), anchor));
}

static const char *words(struct request *request)
{
	static const struct param text = { .name = "text",
					   .type = PARAM_CHARS,
					   .min = 1,
					   .max = 10000,
					   .required = true };

	return request_declared(request, &text);
}

static void go_to_comment(struct request *request)
{
	go_to(request, arena_printf(request->task->arena, "comment-%s",
				    comment_id(request)));
}

static void add(struct request *request)
{
	struct task *task = request->task;
	int64_t parent = request_int(request, "inReplyTo", 1, ID_MAX, 0);
	struct rows rows =
		db(task, "user/comment-add", named(request), viewer(request),
		   token_hash(request), parent ? db_number(task, parent) : NULL,
		   words(request));

	go_to(request,
	      arena_printf(task->arena, "comment-%s", db_text(rows, 0, 0)));
}

static void edit(struct request *request)
{
	db(request->task, "user/comment-edit", named(request), viewer(request),
	   token_hash(request), comment_id(request), words(request));
	go_to_comment(request);
}

static void delete (struct request *request)
{
	db(request->task, "user/comment-delete", named(request),
	   viewer(request), comment_id(request));
	reply_flash(request, "The comment is deleted.");
	go_to(request, "comments");
}

static void approve(struct request *request)
{
	db(request->task, "user/comment-approve", named(request),
	   viewer(request), comment_id(request));
	go_to_comment(request);
}

#define POST(path, function) \
	{ \
		.method = "POST", .pattern = "/w/:id/comments" path, \
		.kind = ROUTE_HANDLER, .viewer = VIEWER_USER, \
		.handler = function, .body = BODY_FORM, \
		.max_body = (size_t)3 * TEXT_BYTES_MAX + 1024, .csrf = true \
	}

const struct route comment_routes[] = { POST("", add),
					POST("/:commentId/edit", edit),
					POST("/:commentId/delete", delete),
					POST("/:commentId/approve", approve),
					{ 0 } };
