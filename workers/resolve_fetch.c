/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * One address of another server's: asked for as the instance's actor, since
 * many answer only signed requests; WebFinger (RFC 7033) with host-meta (RFC
 * 6415) where that is not at its usual place; pages that name a document.
 */
#include <openssl/evp.h>
#include <string.h>
#include <time.h>

#include "buf.h"
#include "conf.h"
#include "content_type.h"
#include "db.h"
#include "fetch.h"
#include "foreign.h"
#include "http_signature.h"
#include "json.h"
#include "link.h"
#include "resolve.h"
#include "url.h"

#define DOCUMENT_MAX ((size_t)3 * 1024 * 1024)
#define PAGE_MAX ((size_t)256 * 1024)
#define URL_MAX 2000
#define PAUSE_MAX_MS 10000
#define ACCEPT_ACTIVITY \
	"application/activity+json, application/ld+json; " \
	"profile=\"https://www.w3.org/ns/activitystreams\""
#define ACCEPT_JRD "application/jrd+json, application/json"

/* Lists of other servers, a page with ten whole videos. */
static const struct json_limits limits = {
	.bytes = DOCUMENT_MAX,
	.depth = JSON_MAX_DEPTH,
	.containers = 50000,
	.tokens = 200000,
};

/* --- signing ------------------------------------------------------------- */

enum style {
	STYLE_DRAFT, /* the path with its query, as the draft has it */
	STYLE_DRAFT_PATH, /* without, as PeerTube and Misskey have it */
	STYLE_RFC9421,
	NR_STYLES,
};

struct signer {
	struct task *task;
	enum style style;
};

/* The instance's key is read once in the life of the process. */
static EVP_PKEY *server_key(struct task *task, const char **id)
{
	static EVP_PKEY *key;
	static char key_id[URL_MAX + 1];

	if (!key) {
		struct rows rows = db(task, "job/server-key");

		if (rows.count != 1)
			fail(task, 500, "The instance has no key.");
		snprintf(key_id, sizeof(key_id), "%s", db_text(rows, 0, 0));
		key = signature_private_key(db_text(rows, 0, 1));
		if (!key)
			fail(task, 500, "The instance's key cannot be read.");
	}
	*id = key_id;
	return key;
}

static void sign(void *arg, struct fetch_headers *headers, const char *method,
		 const char *url)
{
	const struct signer *signer = arg;
	struct http_signing signing = {
		.method = method,
		.url = url,
		.now = time(NULL),
		.without_query = signer->style == STYLE_DRAFT_PATH,
	};
	const char *const *lines;

	signing.key = server_key(signer->task, &signing.key_id);
	lines = signer->style == STYLE_RFC9421 ?
			http_sign_rfc9421(signer->task, &signing) :
			http_sign_draft(signer->task, &signing);
	for (; *lines; lines++)
		fetch_header(headers, *lines);
}

/* --- asking -------------------------------------------------------------- */

static int64_t left_ms(const struct resolve_budget *budget)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return budget->until -
	       ((int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000);
}

/* Until this server's turn has come. */
static void wait_for_turn(struct task *task, const char *url)
{
	const char *host = url_host(task->arena, url);
	int64_t ms = host ? db_int(db(task, "job/fetch-pause", host), 0, 0) : 0;
	struct timespec pause;

	if (ms > PAUSE_MAX_MS)
		ms = PAUSE_MAX_MS;
	pause = (struct timespec){ ms / 1000, ms % 1000 * 1000000 };
	if (ms > 0)
		nanosleep(&pause, NULL);
}

static struct fetch_answer ask_once(struct task *task,
				    struct fetch_request *request,
				    struct resolve_budget *budget)
{
	int64_t ms;
	struct fetch_answer answer;

	wait_for_turn(task, request->url);
	ms = left_ms(budget);
	request->timeout_ms = ms < 1 ? 1 : ms > 10000 ? 10000 : (int)ms;
	if (!request->max_bytes || request->max_bytes > budget->bytes)
		request->max_bytes = budget->bytes;
	budget->requests--;
	answer = fetch(task, request);
	budget->bytes -=
		answer.len < budget->bytes ? answer.len : budget->bytes;
	return answer;
}

/* Signed in one style after the other, where it is the signature that is
 * refused. */
static struct fetch_answer ask_signed(struct task *task, const char *url,
				      struct resolve_budget *budget)
{
	struct signer signer = { .task = task };
	struct fetch_request request = {
		.url = url,
		.accept = ACCEPT_ACTIVITY,
		.types = content_type_activity,
		.max_bytes = DOCUMENT_MAX,
		.sign = sign,
		.sign_arg = &signer,
	};
	struct fetch_answer answer = { .error = "no time left" };

	for (; signer.style < NR_STYLES; signer.style++) {
		if (signer.style == STYLE_DRAFT_PATH && !strchr(url, '?'))
			continue;
		answer = ask_once(task, &request, budget);
		if (answer.status != 401 || budget->requests <= 0 ||
		    !budget->bytes)
			break;
	}
	return answer;
}

/* --- keeping ------------------------------------------------------------- */

/* What HTTP would have said: 5xx is what may pass. */
static int status_of(const struct fetch_answer *answer)
{
	switch (answer->end) {
	case FETCH_OK:
	case FETCH_STATUS: return answer->status;
	case FETCH_DNS:
	case FETCH_CONNECT:
	case FETCH_TLS: return 502;
	case FETCH_TIMEOUT: return 504;
	default: return 0;
	}
}

static void keep(struct task *task, const char *asked,
		 const struct fetch_answer *answer, const char *document)
{
	db(task, "job/fetched-write", asked, db_number(task, status_of(answer)),
	   document, answer->url, document ? NULL : answer->error);
}

/* A byte order mark is let pass; HTML is made safe. */
static void keep_json(struct task *task, const char *asked,
		      struct fetch_answer *answer)
{
	const char *wrong;
	json_object *document;

	if (answer->end != FETCH_OK) {
		keep(task, asked, answer, NULL);
		return;
	}
	if (answer->len >= 3 && !memcmp(answer->body, "\xef\xbb\xbf", 3)) {
		answer->body += 3;
		answer->len -= 3;
	}
	wrong = json_scan_within(task->arena, answer->body, answer->len,
				 &limits);
	if (!wrong) {
		document = json_load(task, answer->body, answer->len);
		foreign_sanitise(task->arena, document);
		keep(task, asked, answer,
		     json_object_to_json_string_ext(document,
						    JSON_C_TO_STRING_PLAIN));
		return;
	}
	answer->end = FETCH_PROTOCOL;
	answer->error = arena_printf(task->arena, "JSON: %s", wrong);
	keep(task, asked, answer, NULL);
}

/* A page that names its document; 300 says that `asked` is there. */
static bool keep_page(struct task *task, const char *asked,
		      struct resolve_budget *budget)
{
	struct fetch_request request = { .url = asked,
					 .accept = "text/html",
					 .max_bytes = PAGE_MAX };
	struct fetch_answer page;
	const char *url;
	json_object *document;

	if (budget->requests <= 0 || !budget->bytes)
		return false;
	page = ask_once(task, &request, budget);
	if (page.end != FETCH_OK)
		return false;
	url = link_of_page(task->arena, page.body, page.len);
	if (!url || !url_same_host(url, page.url))
		return false;
	document = json_keep(task, json_object_new_object());
	json_object_object_add(document, "isAt", json_object_new_string(url));
	db(task, "job/fetched-write", asked, "300",
	   json_object_to_json_string(document), page.url, NULL);
	return true;
}

/* --- WebFinger ----------------------------------------------------------- */

static struct fetch_answer ask_jrd(struct task *task, const char *url,
				   struct resolve_budget *budget)
{
	struct fetch_request request = { .url = url,
					 .accept = ACCEPT_JRD,
					 .types = content_type_jrd,
					 .max_bytes = PAGE_MAX };

	return ask_once(task, &request, budget);
}

static const char *filled(struct task *task, const char *template,
			  const char *resource)
{
	struct buf buf = buf_make(task->arena, 3 * URL_MAX);
	const char *hole = strstr(template, "{uri}");

	if (!hole)
		return NULL;
	buf_add(&buf, template, (size_t)(hole - template));
	buf_url(&buf, resource, strlen(resource));
	buf_str(&buf, hole + strlen("{uri}"));
	return buf.data;
}

/* Where host-meta says that WebFinger is; NULL where it says nothing. */
static const char *by_host_meta(struct task *task, const char *root,
				const char *resource,
				struct resolve_budget *budget)
{
	struct fetch_request request = {
		.url = arena_printf(task->arena, "%s/.well-known/host-meta",
				    root),
		.accept = "application/xrd+xml",
		.max_bytes = PAGE_MAX,
	};
	struct fetch_answer answer;
	const char *template;

	if (budget->requests <= 0 || !budget->bytes)
		return NULL;
	answer = ask_once(task, &request, budget);
	if (answer.end != FETCH_OK)
		return NULL;
	template = link_template(task->arena, answer.body, answer.len);
	return template ? filled(task, template, resource) : NULL;
}

/* https:// but between instances of a test. */
static const char *scheme(const struct conf *conf)
{
	return *conf->allow_private_addresses &&
			       !strncmp(conf->origin, "http:", 5) ?
		       "http" :
		       "https";
}

static const char *root_of(struct task *task, const char *host)
{
	return arena_printf(task->arena, "%s://%s", scheme(task->conf), host);
}

static void fetch_webfinger(struct task *task, const char *resource,
			    struct resolve_budget *budget)
{
	const char *at = strrchr(resource, '@');
	const char *root = root_of(task, at ? at + 1 : "");
	const char *url = filled(
		task,
		arena_printf(task->arena,
			     "%s/.well-known/webfinger?resource={uri}", root),
		resource);
	struct fetch_answer answer = ask_jrd(task, url, budget);

	if (answer.status == 404) {
		url = by_host_meta(task, root, resource, budget);
		if (url && budget->requests > 0 && budget->bytes)
			answer = ask_jrd(task, url, budget);
	}
	keep_json(task, resource, &answer);
}

static void fetch_node_info(struct task *task, const char *url,
			    struct resolve_budget *budget)
{
	const char *host = url + strlen("nodeinfo:");
	struct fetch_answer answer =
		ask_jrd(task,
			arena_printf(task->arena, "%s/.well-known/nodeinfo",
				     root_of(task, host)),
			budget);

	keep_json(task, url, &answer);
}

void resolve_fetch(struct task *task, const char *url,
		   struct resolve_budget *budget)
{
	struct fetch_answer answer;

	if (!strncmp(url, "acct:", 5)) {
		fetch_webfinger(task, url, budget);
		return;
	}
	if (!strncmp(url, "nodeinfo:", 9)) {
		fetch_node_info(task, url, budget);
		return;
	}
	answer = ask_signed(task, url, budget);
	if (answer.end == FETCH_TYPE && budget->takes_pages &&
	    keep_page(task, url, budget))
		return;
	keep_json(task, url, &answer);
}
