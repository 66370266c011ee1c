/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What the readers of both kinds of HTTP signatures share. */
#ifndef CARDUME_HTTP_SIGNATURE_PRIVATE_H
#define CARDUME_HTTP_SIGNATURE_PRIVATE_H

#include "buf.h"
#include "http_signature.h"

#define HTTP_HEADER_MAX 8192 /* bytes of a header we read */
#define HTTP_COVERED_MAX 32 /* names that a signature may cover */
#define HTTP_TEXT_MAX ((size_t)1 << 20)

/* One reading: everything below sets signature->error and returns false (or
 * NULL) when it refuses; the first error stays. */
struct reading {
	struct task *task;
	const struct http_signed_request *request;
	struct http_signature *signature;
	/* What is covered, lower case. */
	const char *covered[HTTP_COVERED_MAX];
	size_t nr_covered;
	int64_t created, expires; /* -1 where there is none */
	const char *signature_text; /* base64 */
};

bool refuse(struct reading *reading, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* A header, noted among those that were there. NULL also where it is too long
 * or not printable; that is an error already. */
const char *reading_header(struct reading *reading, const char *name);
/* The same for a header that must be there. */
const char *reading_need(struct reading *reading, const char *name);

bool reading_covers(const struct reading *reading, const char *name);
/* Refuses what is no header's name and what is covered already. */
bool reading_cover(struct reading *reading, const char *name);

/* created and expires, where they say something; see http_signature.h. */
bool reading_check_times(struct reading *reading);
bool reading_check_host(struct reading *reading);
/* A list "sha-256=TEXT, sha-512=TEXT" is held against the body; `wrap` is ':'
 * where the text is a byte sequence of RFC 8941, else '\0'. */
bool reading_check_digest(struct reading *reading, const char *name, char wrap);
/* Seconds since 1970, digits alone; -1 when it is none. */
int64_t reading_seconds(const char *text);

/* lib/http_signature_draft.c, lib/http_signature_rfc9421.c */
bool reading_draft(struct reading *reading, const char *header);
bool reading_rfc9421(struct reading *reading, const char *input);

#endif
