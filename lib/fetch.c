/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "fetch.h"

#include <string.h>
#include <time.h>

#include "bug.h"
#include "fetch_hop.h"

#define TIMEOUT_MS 10000
#define REDIRECTS_MAX 3

static long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* One handle for the process's life: it keeps connections and names. */
static CURL *our_curl(void)
{
	static CURL *curl;

	if (!curl)
		curl = curl_easy_init();
	if (!curl)
		BUG("curl_easy_init");
	return curl;
}

static struct fetch_answer run_hop(struct task *task,
				   const struct fetch_request *request,
				   const char *url, long until)
{
	struct fetch_hop *hop = fetch_hop_new(task->conf, request);
	CURLcode code = CURLE_OK;

	/* Before anything that may fail. */
	arena_defer(task->arena, fetch_hop_free, hop);
	if (fetch_hop_prepare(hop, our_curl(), url, until - now_ms()))
		code = curl_easy_perform(our_curl());
	return fetch_hop_end(hop, code);
}

static bool is_redirect(const struct fetch_request *request,
			const struct fetch_answer *answer)
{
	int status = answer->status;

	if (answer->end != FETCH_STATUS ||
	    (request->method && !strcmp(request->method, "POST")))
		return false;
	return (status >= 301 && status <= 303) || status == 307 ||
	       status == 308;
}

struct fetch_answer fetch(struct task *task,
			  const struct fetch_request *request)
{
	long until = now_ms() +
		     (request->timeout_ms ? request->timeout_ms : TIMEOUT_MS);
	const char *url = request->url;
	struct fetch_answer answer;

	for (int i = 0; i <= REDIRECTS_MAX; i++) {
		const char *next = NULL;

		answer = run_hop(task, request, url, until);
		if (!is_redirect(request, &answer))
			return answer;
		curl_easy_getinfo(our_curl(), CURLINFO_REDIRECT_URL, &next);
		answer.end = FETCH_REDIRECTS;
		answer.error = "redirects: one that leads nowhere";
		if (!next)
			return answer;
		url = arena_strdup(task->arena, next);
	}
	answer.error = "redirects: too many";
	return answer;
}
