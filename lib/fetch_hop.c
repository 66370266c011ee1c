/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "fetch_hop.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>

#include "bug.h"
#include "config.h"
#include "content_type.h"
#include "fetch_policy.h"
#include "url.h"

#define CONNECT_MS 5000L
#define SLOW_BYTES 1000L /* a second, on the average of: */
#define SLOW_SECONDS 10L
#define BODY_MAX ((size_t)1 << 20)
#define HEADERS_MAX ((size_t)64 << 10)
#define ERROR_BODY_MAX ((size_t)4 << 10)
/* A redirect is known when its whole body was read: so much of it. */
#define ERROR_BODY_READ ((size_t)256 << 10)
#define RETRY_MAX (7 * 86400)

struct fetch_headers {
	struct curl_slist *list;
};

struct fetch_hop {
	const struct conf *conf;
	const struct fetch_request *request;
	CURL *curl;
	struct url url;
	struct fetch_headers headers;
	struct curl_slist *resolve;
	char *body;
	size_t len;
	size_t capacity;
	size_t nr_read; /* bytes of the body, kept or not */
	size_t nr_headers; /* bytes of headers, of all answers and trailers */
	bool has_headers; /* the empty line behind them came */
	bool has_begun; /* begin_body() has looked */
	bool is_good; /* status 2xx */
	bool is_address_refused;
	enum fetch_end stopped; /* by us: why; FETCH_OK: not at all */
	char asked[URL_SIZE]; /* the URL as it is asked for */
	char why[200];
	char curl_error[CURL_ERROR_SIZE];
	char error[CURL_ERROR_SIZE + 256];
	char type[128];
};

static const char *const names[] = {
	[FETCH_OK] = "ok",
	[FETCH_STATUS] = "status",
	[FETCH_URL] = "url",
	[FETCH_ADDRESS] = "address",
	[FETCH_DNS] = "dns",
	[FETCH_CONNECT] = "connect",
	[FETCH_TLS] = "tls",
	[FETCH_TIMEOUT] = "timeout",
	[FETCH_TOO_LARGE] = "large",
	[FETCH_TYPE] = "type",
	[FETCH_REDIRECTS] = "redirects",
	[FETCH_PROTOCOL] = "protocol",
};

const char *fetch_end_name(enum fetch_end end)
{
	return names[end];
}

static struct curl_slist *append(struct curl_slist *list, const char *text)
{
	list = curl_slist_append(list, text);
	if (!list)
		BUG("out of memory");
	return list;
}

void fetch_header(struct fetch_headers *headers, const char *line)
{
	for (const char *at = line; *at; at++)
		if ((unsigned char)*at < ' ')
			BUG("control character in the header %s", line);
	headers->list = append(headers->list, line);
}

struct fetch_hop *fetch_hop_new(const struct conf *conf,
				const struct fetch_request *request)
{
	struct fetch_hop *hop = calloc(1, sizeof(*hop));

	if (!hop)
		BUG("out of memory");
	hop->conf = conf;
	hop->request = request;
	return hop;
}

void fetch_hop_free(void *ptr)
{
	struct fetch_hop *hop = ptr;

	curl_slist_free_all(hop->headers.list);
	curl_slist_free_all(hop->resolve);
	free(hop->body);
	free(hop);
}

/* Ends the hop from within a callback. */
__attribute__((format(printf, 3, 4))) static void
stop(struct fetch_hop *hop, enum fetch_end end, const char *fmt, ...)
{
	va_list args;

	hop->stopped = end;
	va_start(args, fmt);
	vsnprintf(hop->why, sizeof(hop->why), fmt, args);
	va_end(args);
}

/* --- what curl calls ------------------------------------------------------ */

/* Several addresses may be tried: one that is refused ends nothing yet. */
static curl_socket_t on_socket(void *ctx, curlsocktype purpose,
			       struct curl_sockaddr *address)
{
	struct fetch_hop *hop = ctx;

	(void)purpose;
	if (fetch_policy_address(hop->conf, &hop->url, &address->addr))
		return socket(address->family, address->socktype | SOCK_CLOEXEC,
			      address->protocol);
	hop->is_address_refused = true;
	return CURL_SOCKET_BAD;
}

static size_t on_header(char *bytes, size_t size, size_t nr, void *ctx)
{
	struct fetch_hop *hop = ctx;

	hop->has_headers = *bytes == '\r' || *bytes == '\n';
	hop->nr_headers += size * nr;
	if (hop->nr_headers <= HEADERS_MAX)
		return size * nr;
	stop(hop, FETCH_PROTOCOL, "more than %zu bytes of headers",
	     HEADERS_MAX);
	return 0;
}

static const char *method_of(const struct fetch_hop *hop)
{
	return hop->request->method ? hop->request->method : "GET";
}

static size_t max_bytes(const struct fetch_hop *hop)
{
	if (!hop->is_good)
		return ERROR_BODY_MAX;
	return hop->request->max_bytes ? hop->request->max_bytes : BODY_MAX;
}

/* None was asked for, and nothing here decodes one. */
static bool is_encoded(struct fetch_hop *hop)
{
	struct curl_header *header;

	return curl_easy_header(hop->curl, "Content-Encoding", 0, CURLH_HEADER,
				-1, &header) == CURLHE_OK &&
	       strcasecmp(header->value, "identity");
}

/* What the headers say of the body: whether it is wanted. */
static bool begin_body(struct fetch_hop *hop)
{
	const struct fetch_request *request = hop->request;
	const char *type = NULL;
	curl_off_t length = -1;
	long status = 0;

	hop->has_begun = true;
	curl_easy_getinfo(hop->curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(hop->curl, CURLINFO_CONTENT_TYPE, &type);
	curl_easy_getinfo(hop->curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T,
			  &length);
	hop->is_good = status / 100 == 2;
	if (!hop->is_good)
		return true;
	if (request->types && !content_type_is(type, request->types))
		stop(hop, FETCH_TYPE, "%s is not what was asked for",
		     type ? type : "no type");
	else if (is_encoded(hop))
		stop(hop, FETCH_PROTOCOL, "an encoding nobody asked for");
	else if (length > 0 && (uint64_t)length > max_bytes(hop) &&
		 strcmp(method_of(hop), "HEAD"))
		stop(hop, FETCH_TOO_LARGE, "more than %zu bytes announced",
		     max_bytes(hop));
	return hop->stopped == FETCH_OK;
}

/* Not in the arena: its overflow would jump out of curl. */
static void keep(struct fetch_hop *hop, const char *bytes, size_t len)
{
	if (hop->len + len + 1 > hop->capacity) {
		hop->capacity = 2 * (hop->len + len) + 1;
		if (hop->capacity > max_bytes(hop) + 1)
			hop->capacity = max_bytes(hop) + 1;
		hop->body = realloc(hop->body, hop->capacity);
		if (!hop->body)
			BUG("out of memory");
	}
	memcpy(hop->body + hop->len, bytes, len);
	hop->len += len;
	hop->body[hop->len] = '\0';
}

static size_t on_body(char *bytes, size_t size, size_t nr, void *ctx)
{
	struct fetch_hop *hop = ctx;
	size_t len = size * nr;
	size_t left;

	if (!hop->has_begun && !begin_body(hop))
		return 0;
	hop->nr_read += len;
	left = max_bytes(hop) - hop->len;
	if (hop->is_good && len > left) {
		stop(hop, FETCH_TOO_LARGE, "more than %zu bytes",
		     max_bytes(hop));
		return 0;
	}
	keep(hop, bytes, len < left ? len : left);
	if (!hop->is_good && hop->nr_read > ERROR_BODY_READ) {
		stop(hop, FETCH_STATUS, "with too long a body");
		return 0;
	}
	return len;
}

/* --- before --------------------------------------------------------------- */

static void set_guards(struct fetch_hop *hop, long timeout_ms)
{
	CURL *curl = hop->curl;
	bool is_open = *hop->conf->allow_private_addresses;

	curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, on_socket);
	curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, hop);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, hop);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, hop);
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR,
			 is_open ? "https,http" : "https");
	curl_easy_setopt(curl, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(curl, CURLOPT_HTTP09_ALLOWED, 0L);
	/* What is asked for is what was signed. */
	curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	/* A resolver that hangs is left behind, not waited for. */
	curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, timeout_ms);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, SLOW_BYTES);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, SLOW_SECONDS);
	curl_easy_setopt(curl, CURLOPT_SSLVERSION,
			 (long)CURL_SSLVERSION_TLSv1_2);
	/* With a directory beside it curl reads the file for each connection
	 * anew: a hundred and more certificates. */
	curl_easy_setopt(curl, CURLOPT_CAPATH, NULL);
	if (*hop->conf->fetch_ca_file)
		curl_easy_setopt(curl, CURLOPT_CAINFO,
				 hop->conf->fetch_ca_file);
}

static void set_resolve(struct fetch_hop *hop)
{
	const char *list = hop->conf->fetch_resolve;
	const char *item;
	size_t len;
	char text[URL_HOST_SIZE + 64];

	while ((item = fetch_policy_item(&list, &len))) {
		snprintf(text, sizeof(text), "%.*s", (int)len, item);
		hop->resolve = append(hop->resolve, text);
	}
	curl_easy_setopt(hop->curl, CURLOPT_RESOLVE, hop->resolve);
}

__attribute__((format(printf, 2, 3))) static void
add_header(struct fetch_hop *hop, const char *fmt, ...)
{
	char line[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	fetch_header(&hop->headers, line);
}

static void set_request(struct fetch_hop *hop)
{
	const struct fetch_request *request = hop->request;

	add_header(hop, "User-Agent: Cardume/%s (+%s)", PACKAGE_VERSION,
		   hop->conf->origin);
	add_header(hop, "Accept: %s",
		   request->accept ? request->accept : "*/*");
	if (!strcmp(method_of(hop), "HEAD"))
		curl_easy_setopt(hop->curl, CURLOPT_NOBODY, 1L);
	if (!strcmp(method_of(hop), "POST")) {
		add_header(hop, "Content-Type: %s", request->content_type);
		/* No "100 Continue" to wait for. */
		fetch_header(&hop->headers, "Expect:");
		curl_easy_setopt(hop->curl, CURLOPT_POST, 1L);
		curl_easy_setopt(hop->curl, CURLOPT_POSTFIELDSIZE_LARGE,
				 (curl_off_t)request->body_len);
		curl_easy_setopt(hop->curl, CURLOPT_POSTFIELDS, request->body);
	}
	if (request->sign)
		request->sign(request->sign_arg, &hop->headers, method_of(hop),
			      hop->asked);
	curl_easy_setopt(hop->curl, CURLOPT_HTTPHEADER, hop->headers.list);
}

bool fetch_hop_prepare(struct fetch_hop *hop, CURL *curl, const char *url,
		       long timeout_ms)
{
	const char *refusal = "it is malformed";

	hop->curl = curl;
	curl_easy_reset(curl);
	curl_easy_setopt(curl, CURLOPT_PRIVATE, hop);
	snprintf(hop->asked, sizeof(hop->asked), "%s", url);
	if (url_parse(&hop->url, url))
		refusal = fetch_policy_url(hop->conf, &hop->url);
	if (refusal)
		stop(hop, FETCH_URL, "%.100s: %s", url, refusal);
	else if (timeout_ms <= 0)
		stop(hop, FETCH_TIMEOUT, "no time is left");
	if (hop->stopped)
		return false;
	url_format(hop->asked, &hop->url);
	set_guards(hop, timeout_ms);
	set_resolve(hop);
	curl_easy_setopt(curl, CURLOPT_URL, hop->asked);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, hop->curl_error);
	set_request(hop);
	return true;
}

/* --- after ---------------------------------------------------------------- */

static enum fetch_end end_of(const struct fetch_hop *hop, CURLcode code)
{
	if (hop->stopped)
		return hop->stopped;
	switch (code) {
	case CURLE_OK: return hop->is_good ? FETCH_OK : FETCH_STATUS;
	case CURLE_COULDNT_RESOLVE_HOST: return FETCH_DNS;
	case CURLE_COULDNT_CONNECT:
		return hop->is_address_refused ? FETCH_ADDRESS : FETCH_CONNECT;
	case CURLE_OPERATION_TIMEDOUT: return FETCH_TIMEOUT;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_INVALIDCERTSTATUS: return FETCH_TLS;
	default: return FETCH_PROTOCOL;
	}
}

static void describe(struct fetch_hop *hop, struct fetch_answer *answer,
		     CURLcode code)
{
	const char *why = hop->curl_error;

	if (hop->stopped)
		why = hop->why;
	else if (answer->end == FETCH_ADDRESS)
		why = "not a public one";
	else if (!*why && code)
		why = curl_easy_strerror(code);
	if (answer->end == FETCH_STATUS)
		snprintf(hop->error, sizeof(hop->error), "status %d%s%s",
			 answer->status, *why ? ": " : "", why);
	else if (answer->end != FETCH_OK)
		snprintf(hop->error, sizeof(hop->error), "%s: %s",
			 fetch_end_name(answer->end), why);
}

static int retry_after(const struct fetch_hop *hop)
{
	curl_off_t seconds = 0;

	curl_easy_getinfo(hop->curl, CURLINFO_RETRY_AFTER, &seconds);
	if (seconds < 0)
		return 0;
	return (int)(seconds < RETRY_MAX ? seconds : RETRY_MAX);
}

struct fetch_answer fetch_hop_end(struct fetch_hop *hop, CURLcode code)
{
	struct fetch_answer answer = { .url = hop->asked };
	const char *type = NULL;
	long status = 0;

	/* curl takes an end within the headers for the end of them. */
	if (code == CURLE_OK && !hop->stopped && !hop->has_headers)
		stop(hop, FETCH_PROTOCOL, "its headers are cut off");
	/* There was no body; its type may be wrong all the same. */
	if (code == CURLE_OK && !hop->stopped && !hop->has_begun)
		begin_body(hop);
	curl_easy_getinfo(hop->curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(hop->curl, CURLINFO_CONTENT_TYPE, &type);
	snprintf(hop->type, sizeof(hop->type), "%s", type ? type : "");
	answer.end = end_of(hop, code);
	answer.status = (int)status;
	answer.retry_after = retry_after(hop);
	describe(hop, &answer, code);
	/* The handle may outlive the hop. */
	curl_easy_setopt(hop->curl, CURLOPT_ERRORBUFFER, NULL);
	answer.error = hop->error;
	answer.type = hop->type;
	answer.body = hop->body ? hop->body : "";
	answer.len = hop->len;
	return answer;
}
