/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A body as one object, whatever its media type. */
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <unistd.h>

#include "json.h"
#include "multipart.h"
#include "request.h"
#include "request_private.h"
#include "url.h"

#define PATH_MAX_KEYS 4
#define KEY_MAX 64

/* "a[b][0]" -> "a", "b", "0"; how many, 0 for anything else. */
static size_t split_name(const char *name, char keys[PATH_MAX_KEYS][KEY_MAX])
{
	size_t nr = 0;
	size_t len = strcspn(name, "[]");

	for (;;) {
		if (nr == PATH_MAX_KEYS || len >= KEY_MAX || (!nr && !len))
			return 0;
		memcpy(keys[nr], name, len);
		keys[nr++][len] = '\0';
		name += len + (nr > 1);
		if (!*name)
			return nr;
		if (*name++ != '[')
			return 0;
		len = strcspn(name, "[]");
		if (name[len] != ']')
			return 0;
	}
}

static bool is_index(const char *key)
{
	return strspn(key, "0123456789") == strlen(key);
}

/* The container below `key`, made where there is none. Indices only say the
 * order, which is that of the form. */
static json_object *descend(json_object *at, const char *key, bool is_list)
{
	json_object *next = NULL;

	if (json_object_is_type(at, json_type_array)) {
		next = is_list ? json_object_new_array() :
				 json_object_new_object();
		json_object_array_add(at, next);
		return next;
	}
	if (json_object_object_get_ex(at, key, &next) &&
	    json_object_is_type(next,
				is_list ? json_type_array : json_type_object))
		return next;
	next = is_list ? json_object_new_array() : json_object_new_object();
	json_object_object_add(at, key, next);
	return next;
}

/* Adds "a[b]=value". A key that comes again becomes a list. */
static void add_value(json_object *object, const char *name, const char *value)
{
	char keys[PATH_MAX_KEYS][KEY_MAX];
	size_t nr = split_name(name, keys);
	json_object *at = object, *old = NULL;

	if (!nr)
		return;
	for (size_t i = 0; i + 1 < nr; i++)
		at = descend(at, keys[i], is_index(keys[i + 1]));
	if (json_object_is_type(at, json_type_array)) {
		json_object_array_add(at, json_object_new_string(value));
		return;
	}
	if (json_object_object_get_ex(at, keys[nr - 1], &old) &&
	    !json_object_is_type(old, json_type_object)) {
		json_object_get(old);
		if (json_object_is_type(old, json_type_array)) {
			json_object_array_add(old,
					      json_object_new_string(value));
			json_object_put(old);
			return;
		}
		at = descend(at, keys[nr - 1], true);
		json_object_array_add(at, old);
		json_object_array_add(at, json_object_new_string(value));
		return;
	}
	json_object_object_add(at, keys[nr - 1], json_object_new_string(value));
}

static void read_urlencoded(struct request *request, json_object *object)
{
	struct request_private *private = request->private;
	struct url_form form = url_form(request->task->arena, private->body,
					private->body_len);
	const char *name, *value;

	while (url_form_next(&form, &name, &value))
		add_value(object, name, value);
	if (form.is_bad)
		fail(request->task, 400, "The form is not valid UTF-8 text.");
}

static void close_fd(void *fd)
{
	close((int)(intptr_t)fd);
}

/* The parser reads files (multipart.h). */
static int body_in_memory(struct request *request)
{
	struct request_private *private = request->private;
	int fd = memfd_create("body", MFD_CLOEXEC);

	if (fd < 0 || write(fd, private->body, private->body_len) !=
			      (ssize_t) private->body_len)
		fail(request->task, 503, "There is no room for this form.");
	arena_defer(request->task->arena, close_fd, (void *)(intptr_t)fd);
	return fd;
}

static void add_fields(json_object *object, const struct multipart *form)
{
	for (size_t i = 0; i < form->nr; i++)
		if (form->parts[i].value)
			add_value(object, form->parts[i].name,
				  form->parts[i].value);
}

json_object *request_multipart(struct request *request,
			       const struct multipart *form)
{
	struct request_private *private = request->private;

	private->object = json_keep(request->task, json_object_new_object());
	add_fields(private->object, form);
	return private->object;
}

static void read_multipart(struct request *request, json_object *object)
{
	struct task *task = request->task;
	struct multipart *form = arena_alloc(task->arena, sizeof(*form));
	const char *wrong =
		multipart_parse(form, task->arena, body_in_memory(request),
				(int64_t)request->private->body_len,
				request_content_type(request));

	if (wrong)
		fail(task, 400, "%s", wrong);
	add_fields(object, form);
}

/* application/json, application/ld+json ... */
static bool is_json(struct request *request)
{
	const char *type = request_content_type(request);
	size_t len = strcspn(type, "; ");

	return !strncasecmp(type, "application/", 12) && len >= 16 &&
	       !strncasecmp(type + len - 4, "json", 4) &&
	       strchr("/+", type[len - 5]);
}

static json_object *read_json(struct request *request)
{
	json_object *object = request_json(request);

	if (!json_object_is_type(object, json_type_object))
		fail(request->task, 400, "The body should be a JSON object.");
	return object;
}

json_object *request_body(struct request *request)
{
	struct request_private *private = request->private;

	if (private->object)
		return private->object;
	request_read_body(request);
	if (private->body_len && is_json(request))
		return private->object = read_json(request);
	private->object = json_keep(request->task, json_object_new_object());
	if (!private->body_len)
		return private->object;
	if (request_has_type(request, "application/x-www-form-urlencoded"))
		read_urlencoded(request, private->object);
	else if (request_has_type(request, "multipart/form-data"))
		read_multipart(request, private->object);
	else
		fail(request->task, 415,
		     "The body should be JSON or a form, and say so in its"
		     " Content-Type.");
	return private->object;
}

json_object *request_member(struct request *request, const char *path)
{
	json_object *at = request_body(request);
	char key[KEY_MAX];

	for (;;) {
		size_t len = strcspn(path, ".");

		if (len >= sizeof(key))
			return NULL;
		memcpy(key, path, len);
		key[len] = '\0';
		at = json_member(at, key);
		if (!path[len])
			return at;
		path += len + 1;
	}
}
