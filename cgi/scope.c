/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "scope.h"

#include <string.h>

#include "bug.h"
#include "request.h"

static const char *const names[] = {
	"read", "write", "upload", "moderate", "account", "admin",
};

static int needed(const struct request *request)
{
	const struct route *route = request->route;

	if (route->scope)
		return route->scope;
	if (route->viewer == VIEWER_ADMIN)
		return SCOPE_ADMIN;
	if (route->viewer == VIEWER_MODERATOR)
		return SCOPE_MODERATE;
	if (!strncmp(route->pattern, "/api/v1/videos/upload", 21))
		return SCOPE_UPLOAD;
	if (!strcmp(route->method, "GET") || !strcmp(route->method, "HEAD"))
		return SCOPE_READ;
	return SCOPE_WRITE;
}

void scope_check(struct request *request)
{
	int scope = needed(request);

	if (scope != SCOPE_ANY && !(request->viewer.scopes & scope))
		fail_code(request->task, 403, "insufficient_scope",
			  "This token is not for such a request.");
}

const char *scope_name(int bit)
{
	return bit >= 0 && (size_t)bit < ARRAY_LEN(names) ? names[bit] : NULL;
}

const char *scope_text(struct task *task, int scopes)
{
	char *text = arena_strdup(task->arena, "");

	for (int i = 0; scope_name(i); i++)
		if (scopes >> i & 1)
			text = arena_printf(task->arena, "%s%s%s", text,
					    *text ? " " : "", scope_name(i));
	return text;
}

static int scope_of(const char *name, size_t len)
{
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strlen(names[i]) == len && !strncmp(names[i], name, len))
			return 1 << i;
	return -1;
}

int scope_parse(const char *text)
{
	int scopes = 0;

	while (*(text += strspn(text, " "))) {
		size_t len = strcspn(text, " ");
		int scope = scope_of(text, len);

		if (scope < 0)
			return -1;
		scopes |= scope;
		text += len;
	}
	return scopes;
}
