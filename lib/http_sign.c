/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <stdarg.h>
#include <string.h>

#include "base64.h"
#include "buf.h"
#include "bug.h"
#include "date.h"
#include "http_signature.h"
#include "utf8.h"

#define CLOCK_AHEAD 2 /* seconds that we never are */
#define LINES_MAX 6
#define TEXT_MAX ((size_t)64 * 1024)

/* What is made of a URL. */
struct target {
	const char *scheme;
	const char *authority; /* as the client writes it into Host */
	const char *path;
	const char *query; /* with its '?', or "" */
};

static bool ends_with(const char *text, const char *end)
{
	size_t len = strlen(text);
	size_t end_len = strlen(end);

	return len > end_len && !strcmp(text + len - end_len, end);
}

static struct target target_of(struct task *task, const char *url)
{
	struct target target = { .scheme = "https" };
	const char *rest = url + strlen("https://");
	const char *port = ":443";
	char *authority;
	size_t len;

	if (!strncmp(url, "http://", 7)) {
		target.scheme = "http";
		port = ":80";
		rest--;
	} else if (strncmp(url, "https://", 8)) {
		fail(task, 400, "The URL is not of the web.");
	}
	len = strcspn(rest, "/?");
	if (!len || strpbrk(rest, " \"<>\\#\r\n\t") || memchr(rest, '@', len))
		fail(task, 400, "The URL cannot be asked for.");
	authority = arena_strndup(task->arena, rest, len);
	if (ends_with(authority, port))
		authority[len - strlen(port)] = '\0';
	target.authority = utf8_lower(task->arena, authority);
	rest += len;
	len = strcspn(rest, "?");
	target.path = len ? arena_strndup(task->arena, rest, len) : "/";
	target.query = rest + len;
	return target;
}

static const char *digest_of(struct task *task,
			     const struct http_signing *signing)
{
	uint8_t digest[SHA256_BYTES];

	hash_sha256(digest, signing->body, signing->body_len);
	return base64_encode(task->arena, digest, sizeof(digest));
}

/* The header lines so far. */
struct lines {
	struct task *task;
	const char *line[LINES_MAX];
	size_t nr;
};

__attribute__((format(printf, 2, 3))) static void add_line(struct lines *lines,
							   const char *fmt, ...)
{
	va_list args;

	if (lines->nr == LINES_MAX - 1)
		BUG("more header lines than there is room for");
	va_start(args, fmt);
	lines->line[lines->nr++] = arena_vprintf(lines->task->arena, fmt, args);
	va_end(args);
}

static const char *const *finish(struct lines *lines)
{
	const char **copy =
		arena_array(lines->task->arena, LINES_MAX, sizeof(*copy));

	memcpy(copy, lines->line, lines->nr * sizeof(*copy));
	return copy;
}

static void check_key_id(const char *key_id)
{
	if (strpbrk(key_id, "\"\\\r\n"))
		BUG("keyId: %s", key_id);
}

const char *const *http_sign_draft(struct task *task,
				   const struct http_signing *signing)
{
	struct target target = target_of(task, signing->url);
	struct buf text = buf_make(task->arena, TEXT_MAX);
	struct lines lines = { .task = task };
	char date[DATE_HTTP_SIZE];
	const char *headers = "(request-target) host date";

	check_key_id(signing->key_id);
	date_http(date, signing->now - CLOCK_AHEAD);
	buf_printf(&text, "(request-target): %s %s%s\nhost: %s\ndate: %s",
		   utf8_lower(task->arena, signing->method), target.path,
		   signing->without_query ? "" : target.query, target.authority,
		   date);
	add_line(&lines, "Host: %s", target.authority);
	add_line(&lines, "Date: %s", date);
	if (signing->body) {
		const char *digest = digest_of(task, signing);

		headers = "(request-target) host date digest";
		buf_printf(&text, "\ndigest: SHA-256=%s", digest);
		add_line(&lines, "Digest: SHA-256=%s", digest);
	}
	add_line(&lines,
		 "Signature: keyId=\"%s\",algorithm=\"rsa-sha256\","
		 "headers=\"%s\",signature=\"%s\"",
		 signing->key_id, headers,
		 signature_make(task, signing->key, text.data, text.len));
	return finish(&lines);
}

const char *const *http_sign_rfc9421(struct task *task,
				     const struct http_signing *signing)
{
	struct target target = target_of(task, signing->url);
	struct buf text = buf_make(task->arena, TEXT_MAX);
	struct lines lines = { .task = task };
	const char *components = "\"@method\" \"@target-uri\"";
	const char *input;

	check_key_id(signing->key_id);
	buf_printf(&text, "\"@method\": %s\n\"@target-uri\": %s://%s%s%s\n",
		   signing->method, target.scheme, target.authority,
		   target.path, target.query);
	if (signing->body) {
		const char *digest = digest_of(task, signing);

		components = "\"@method\" \"@target-uri\" \"content-digest\"";
		buf_printf(&text, "\"content-digest\": sha-256=:%s:\n", digest);
		add_line(&lines, "Content-Digest: sha-256=:%s:", digest);
	}
	input = arena_printf(task->arena, "(%s);created=%lld;keyid=\"%s\"",
			     components, (long long)signing->now - CLOCK_AHEAD,
			     signing->key_id);
	buf_printf(&text, "\"@signature-params\": %s", input);
	add_line(&lines, "Signature-Input: sig1=%s", input);
	add_line(&lines, "Signature: sig1=:%s:",
		 signature_make(task, signing->key, text.data, text.len));
	return finish(&lines);
}
