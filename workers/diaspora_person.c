/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Persons of pods: found by their diaspora* ID, known by their hCard. */
#include <string.h>

#include "buf.h"
#include "db.h"
#include "diaspora.h"
#include "fetch.h"
#include "html.h"
#include "resolve.h"
#include "utf8.h"

#define CARD_MAX ((size_t)128 * 1024)
#define TEXT_MAX 5000

struct diaspora_person diaspora_person_known(struct task *task,
					     const char *handle)
{
	struct rows rows = db(task, "job/diaspora-known", handle);

	return (struct diaspora_person){ .id = db_int(rows, 0, 0),
					 .key = db_text(rows, 0, 1),
					 .is_old = db_bool(rows, 0, 2) };
}

/* Is `word` among the names of a class attribute's value? */
static bool has_class(const char *value, const char *end, const char *word)
{
	size_t len = strlen(word);

	while (value < end) {
		size_t nr = strcspn(value, " \t\r\n\"'");

		if (nr == len && !strncmp(value, word, len))
			return true;
		value += nr + 1;
	}
	return false;
}

/* The text of the first element of that class, references decoded; NULL where
 * there is none. The card ends with a NUL. */
static const char *card_text(struct arena *arena, const char *card,
			     const char *class)
{
	for (const char *at = strstr(card, "class="); at;
	     at = strstr(at, "class=")) {
		const char *end;
		struct buf text;

		at += strlen("class=");
		if (*at != '"' && *at != '\'')
			continue;
		end = strchr(at + 1, *at);
		if (!end || !has_class(at + 1, end, class))
			continue;
		at = strchr(end, '>');
		if (!at)
			return NULL;
		end = at + 1 + strcspn(at + 1, "<");
		text = buf_make(arena, TEXT_MAX);
		buf_str(&text, "");
		if (end - at > TEXT_MAX)
			return NULL;
		/* a key keeps its lines */
		if (!strcmp(class, "key"))
			return arena_strndup(arena, at + 1,
					     (size_t)(end - at - 1));
		html_to_text(&text, at + 1, (size_t)(end - at - 1));
		return text.data;
	}
	return NULL;
}

static void store(struct task *task, const char *handle, const char *pod,
		  const char *card)
{
	const char *guid = card_text(task->arena, card, "uid");
	const char *key = card_text(task->arena, card, "key");
	const char *name = card_text(task->arena, card, "fn");

	if (guid && key && strlen(guid) >= 16 && strlen(guid) <= 255)
		db(task, "job/diaspora-person", handle, guid, key,
		   name ? name : "", pod);
}

struct diaspora_person diaspora_person_fetch(struct task *task,
					     const char *handle)
{
	static const char *const types[] = { "text/html",
					     "application/xhtml+xml", NULL };
	struct resolve_budget budget = resolve_budget(task);
	struct fetch_request request = { .types = types,
					 .accept = "text/html",
					 .max_bytes = CARD_MAX };
	struct fetch_answer answer;
	struct rows rows;

	resolve_fetch(task, arena_printf(task->arena, "acct:%s", handle),
		      &budget);
	rows = db(task, "job/diaspora-found", handle);
	request.url = db_text(rows, 0, 0);
	if (!request.url)
		return (struct diaspora_person){ .id = 0 };
	answer = fetch(task, &request);
	if (answer.end == FETCH_OK && utf8_is_text(answer.body, answer.len))
		store(task, handle, db_text(rows, 0, 1), answer.body);
	return diaspora_person_known(task, handle);
}
