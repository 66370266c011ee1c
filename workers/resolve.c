/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "resolve.h"

#include <string.h>
#include <time.h>

#include "bug.h"
#include "db.h"
#include "json.h"

#define REQUESTS 20
#define BYTES ((size_t)2 * 1024 * 1024)
#define MILLISECONDS 60000

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct resolve_budget resolve_budget(struct task *task)
{
	return (struct resolve_budget){
		.requests = REQUESTS,
		.bytes = BYTES,
		.until = now_ms() + MILLISECONDS,
		.visited = json_keep(task, json_object_new_object()),
	};
}

static json_object *attempt(struct task *task, const char *query,
			    const char *const values[2])
{
	struct rows rows = db_query(task, query, 2, values);

	return json_load(task, db_text(rows, 0, 0), db_length(rows, 0, 0));
}

/* NULL: the address may be asked for. */
static const char *why_not(struct resolve_budget *budget, const char *url)
{
	if (json_object_object_get_ex(budget->visited, url, NULL))
		return "an address was wanted twice";
	if (budget->requests <= 0)
		return "it needs too many documents";
	if (!budget->bytes)
		return "it needs too large documents";
	if (now_ms() >= budget->until)
		return "it takes too long";
	return NULL;
}

struct resolved resolve_answer(struct task *task, json_object *answer)
{
	static const struct {
		const char *key;
		enum resolve_end end;
	} ends[] = {
		{ "done", RESOLVE_DONE },
		{ "refused", RESOLVE_REFUSED },
		{ "later", RESOLVE_LATER },
		{ "lost", RESOLVE_LOST },
	};

	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		const char *text = json_text(answer, ends[i].key);

		if (text)
			return (struct resolved){ ends[i].end, text };
	}
	fail(task, 500, "An attempt ended in no known way.");
}

struct resolved resolve(struct task *task, const char *query,
			const char *const values[2],
			struct resolve_budget *budget)
{
	for (;;) {
		json_object *answer = attempt(task, query, values);
		const char *url = json_text(answer, "need");
		const char *why;

		if (!url)
			return resolve_answer(task, answer);
		if (budget->go_on && !budget->go_on(budget->arg))
			return (struct resolved){ RESOLVE_LATER, "stopped" };
		why = why_not(budget, url);
		if (why)
			return (struct resolved){
				RESOLVE_REFUSED,
				arena_printf(task->arena, "%s: %s", why, url)
			};
		json_object_object_add(budget->visited, url,
				       json_object_new_boolean(true));
		resolve_fetch(task, url, budget);
	}
}
