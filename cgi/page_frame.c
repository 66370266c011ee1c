/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "page_frame.h"

#include <string.h>
#include <time.h>

#include "buf.h"
#include "conf.h"
#include "assets.h"
#include "config.h"
#include "db.h"
#include "json.h"
#include "reply.h"
#include "request_private.h"
#include "serve.h"
#include "templates.h"
#include "url.h"

#define SITE_SECONDS 5
#define FLASH_COOKIE "cardume_flash"
#define FLASH_MAX 500

static void add_text(json_object *object, const char *key, const char *text)
{
	json_object_object_add(object, key,
			       json_object_new_string(text ? text : ""));
}

static void add_bool(json_object *object, const char *key, bool value)
{
	json_object_object_add(object, key, json_object_new_boolean(value));
}

/*
 * The site's name and such, the same for all requests: asked for at most
 * every few seconds. Not state: a new process asks again.
 */
static json_object *site(struct task *task)
{
	static json_object *cached;
	static time_t made;
	time_t now = time(NULL);
	struct rows rows;

	if (cached && now - made < SITE_SECONDS)
		return json_object_get(cached);
	rows = db(task, "page/site");
	json_object_put(cached);
	cached = json_tokener_parse(db_text(rows, 0, 0));
	add_text(cached, "assets", ASSETS);
	add_text(cached, "version", PACKAGE_VERSION);
	add_text(cached, "origin", task->conf->origin);
	add_text(cached, "host", strstr(task->conf->origin, "://") + 3);
	made = now;
	return json_object_get(cached);
}

static json_object *viewer(const struct viewer *who)
{
	json_object *object;

	if (!who->id)
		return json_object_new_boolean(false);
	object = json_object_new_object();
	json_object_object_add(object, "id", json_object_new_int64(who->id));
	add_text(object, "username", who->username);
	add_bool(object, "isAdmin", who->role == ROLE_ADMIN);
	add_bool(object, "isModerator", who->role <= ROLE_MODERATOR);
	return object;
}

static json_object *params(struct request *request)
{
	json_object *object = json_object_new_object();
	const struct route *route = request->route;
	const struct query *query;

	if (!route || !route->query_name)
		return object;
	query = query_find(route->query_name);
	for (size_t i = 0; i < query->nr_params; i++) {
		const char *name = query->params[i].name;
		const char *value = request_param(request, name);

		if (!value)
			value = query->params[i].fallback;
		add_text(object, name, value);
	}
	return object;
}

static const char *theme(struct request *request)
{
	const char *cookie = request_cookie(request, "cardume_theme");

	if (cookie && (!strcmp(cookie, "dark") || !strcmp(cookie, "light")))
		return cookie;
	return "";
}

void reply_flash(struct request *request, const char *text)
{
	struct buf value = buf_make(request->task->arena, 4 * FLASH_MAX);

	buf_url(&value, text, strnlen(text, FLASH_MAX));
	reply_cookie(request, FLASH_COOKIE, value.data, 60);
}

/* Shown once: reading it deletes the cookie. Escaped as any other text. */
static const char *flash(struct request *request)
{
	const char *cookie = request_cookie(request, FLASH_COOKIE);
	const char *text;

	if (!cookie || !*cookie || strlen(cookie) > 4 * FLASH_MAX)
		return "";
	text = url_decode(request->task->arena, cookie, strlen(cookie), false);
	reply_cookie(request, FLASH_COOKIE, "", 0);
	return text ? text : "";
}

json_object *page_frame(struct request *request)
{
	struct task *task = request->task;
	json_object *frame = json_object_new_object();
	json_object *about = site(task);
	const char *language = json_text(about, "language");

	json_keep(task, frame);
	json_object_object_add(frame, "site", about);
	templates_language(language ? language : "en");
	json_object_object_add(frame, "viewer", viewer(&request->viewer));
	add_text(frame, "csrf",
		 request->viewer.id && request->program->csrf_token ?
			 request->program->csrf_token(request) :
			 "");
	add_text(frame, "path", request->path);
	add_text(frame, "here",
		 *request->query_string ?
			 arena_printf(task->arena, "%s?%s", request->path,
				      request->query_string) :
			 request->path);
	json_object_object_add(frame, "param", params(request));
	add_text(frame, "flash", flash(request));
	add_text(frame, "theme", theme(request));
	json_object_object_add(frame, "now", json_object_new_int64(time(NULL)));
	return frame;
}
