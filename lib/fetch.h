/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The one way out: everything Cardume asks of other servers goes through
 * here. Whom it may ask: fetch_policy.h; checked are the URL of every hop and
 * the very address that is dialled, whatever names said before. No proxy, no
 * cookies, no .netrc, no compression, HTTP/1.1 or 2. Time, headers and bodies
 * are bounded.
 */
#ifndef CARDUME_FETCH_H
#define CARDUME_FETCH_H

#include <stddef.h>

#include "task.h"

enum fetch_end {
	FETCH_OK, /* a whole answer of status 2xx */
	FETCH_STATUS, /* one of another status; body: at most 4 kB of it */
	FETCH_URL, /* not a URL we ask for; also: a redirect to such a one */
	FETCH_ADDRESS, /* the host's address is not public */
	FETCH_DNS, /* the host has no address */
	FETCH_CONNECT, /* nobody answers there */
	FETCH_TLS,
	FETCH_TIMEOUT,
	FETCH_TOO_LARGE,
	FETCH_TYPE, /* its Content-Type is none of those asked for */
	FETCH_REDIRECTS, /* more than 3, or one that leads nowhere */
	FETCH_PROTOCOL, /* no HTTP, cut off, a flood of headers ... */
};

/* The header lines of a request that is being made. */
struct fetch_headers;
/* "Name: value"; copied. */
void fetch_header(struct fetch_headers *headers, const char *line);

struct fetch_request {
	const char *url;
	const char *method; /* NULL: GET; HEAD, POST */
	const char *accept; /* or NULL */
	const char *const *types; /* see content_type_is(), or NULL: any */
	const char *content_type; /* of the body; POST must have one */
	const void *body; /* of a POST */
	size_t body_len;
	size_t max_bytes; /* of the answer's body; 0: 1 MB */
	int timeout_ms; /* of all hops together; 0: 10 s */
	/* Called before each hop, to add its signature with fetch_header();
	 * the URL is the one that hop asks for. NULL: nothing to add. It may
	 * fail() where fetch() is used. */
	void (*sign)(void *arg, struct fetch_headers *headers,
		     const char *method, const char *url);
	void *sign_arg;
};

struct fetch_answer {
	enum fetch_end end;
	int status; /* of HTTP; 0: there was none */
	int retry_after; /* seconds, at most a week; 0: not said */
	const char *error; /* for logs and admins; "" where end is FETCH_OK */
	const char *type; /* Content-Type, "" where there is none */
	const char *url; /* the last hop's */
	const char *body; /* a NUL behind it; "" where there is none */
	size_t len;
};

/*
 * GET and HEAD follow 3 redirects, POST none. No failure of the network's or
 * the other side's fails the task. All of the answer lives as long as what is
 * in the task's arena; its bytes are not of it, and do not count there.
 */
struct fetch_answer fetch(struct task *task,
			  const struct fetch_request *request);

/* "ok", "timeout", ...: what an error begins with. */
const char *fetch_end_name(enum fetch_end end);

#endif
