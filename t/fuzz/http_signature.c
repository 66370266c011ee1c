/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sources: lib/http_signature.c lib/http_signature_draft.c lib/signature.c */
/* sources: lib/http_signature_rfc9421.c lib/base64.c lib/date.c lib/hash.c */
/* sources: lib/hex.c lib/json.c lib/task.c lib/arena.c lib/buf.c lib/utf8.c */
/* Lines "name: value" are the headers. What is accepted has a key's id and a
 * text to be signed, covers what it must, and can be read again from the
 * headers it says are to be kept. */
#include "http_signature.h"

#include <string.h>

#include "fuzz.h"
#include "json.h"

struct input {
	struct http_signed_request request;
	bool is_read;
};

static void read_again(struct task *task, void *arg)
{
	struct input *input = arg;
	struct http_signature signature, again;

	input->is_read = http_signature_read(task, &input->request, &signature);
	CHECK(input->is_read != !!signature.error);
	if (!input->is_read)
		return;
	CHECK(*signature.key_id && signature.texts[0]);
	CHECK(strstr(signature.texts[0], input->request.target));
	input->request.ctx = signature.headers;
	CHECK(http_signature_read(task, &input->request, &again));
	CHECK(!strcmp(signature.texts[0], again.texts[0]));
	CHECK(!strcmp(signature.hash, again.hash));
}

static void add_header(json_object *headers, char *line)
{
	char *value = strstr(line, ": ");

	if (!value)
		return;
	*value = '\0';
	json_object_object_add(headers, line,
			       json_object_new_string(value + 2));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct task task = { .arena = arena_new((size_t)64 << 20) };
	json_object *headers = json_keep(&task, json_object_new_object());
	char *text = arena_strndup(task.arena, (const char *)data, size);
	struct input input = { .request = {
				       .method = "POST",
				       .target = "/inbox?a",
				       .origin = "https://video.example",
				       .header = http_signed_header_of_json,
				       .ctx = headers,
				       .body = "{}",
				       .body_len = 2,
				       .now = 1749988800,
			       } };

	for (char *line; (line = strsep(&text, "\n"));)
		add_header(headers, line);
	CHECK(task_run(&task, read_again, &input));
	arena_free(task.arena);
	return 0;
}
