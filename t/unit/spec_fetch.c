/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * fetch() from a command line, for t/60-fetch-guard.t: spec_fetch
 * [NAME=VALUE...] URL... with method, body, max, timeout, types (activity or
 * jrd); after together=1 all that follow run at once in a multi handle, and
 * the lines come as the answers do. $CARDUME_CONF names the configuration.
 * One line for each URL: what the answer's members are, how long it took, and
 * how much memory the process has had at most.
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

#include "arena.h"
#include "conf.h"
#include "content_type.h"
#include "fetch.h"
#include "fetch_hop.h"
#include "tap.h"

static long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void sign(void *arg, struct fetch_headers *headers, const char *method,
		 const char *url)
{
	char line[4096];

	(void)arg;
	snprintf(line, sizeof(line), "X-Signed: %s %s", method, url);
	fetch_header(headers, line);
}

static void print(const struct fetch_answer *answer, long ms)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	printf("end=%s\tstatus=%d\tretry_after=%d\ttype=%s\turl=%s\tlen=%zu\t"
	       "error=%s\tms=%ld\tkilobytes=%ld\tbody=%.60s\n",
	       fetch_end_name(answer->end), answer->status, answer->retry_after,
	       answer->type, answer->url, answer->len, answer->error, ms,
	       usage.ru_maxrss, answer->body);
	fflush(stdout);
}

static void run(struct task *task, void *arg)
{
	const struct fetch_request *request = arg;
	long begun = now_ms();
	struct fetch_answer answer = fetch(task, request);

	print(&answer, now_ms() - begun);
}

/* As fetch_hop.h tells: each URL on a handle of its own. */
static void begin_hop(CURLM *multi, const struct conf *conf,
		      const struct fetch_request *request, const char *url)
{
	CURL *curl = curl_easy_init();
	struct fetch_hop *hop = fetch_hop_new(conf, request);
	struct fetch_answer answer;

	if (fetch_hop_prepare(hop, curl, url, 10000)) {
		curl_multi_add_handle(multi, curl);
		return;
	}
	answer = fetch_hop_end(hop, CURLE_OK);
	print(&answer, 0);
	fetch_hop_free(hop);
	curl_easy_cleanup(curl);
}

static void end_hop(CURLM *multi, const CURLMsg *message, long begun)
{
	CURL *curl = message->easy_handle;
	CURLcode code = message->data.result;
	struct fetch_answer answer;
	struct fetch_hop *hop;

	curl_easy_getinfo(curl, CURLINFO_PRIVATE, (char **)&hop);
	answer = fetch_hop_end(hop, code);
	print(&answer, now_ms() - begun);
	curl_multi_remove_handle(multi, curl);
	fetch_hop_free(hop);
	curl_easy_cleanup(curl);
}

static void run_together(const struct conf *conf,
			 const struct fetch_request *request, char **urls)
{
	CURLM *multi = curl_multi_init();
	long begun = now_ms();
	const CURLMsg *message;
	int running = 1, left;

	for (; *urls; urls++)
		begin_hop(multi, conf, request, *urls);
	while (running) {
		curl_multi_perform(multi, &running);
		while ((message = curl_multi_info_read(multi, &left)))
			end_hop(multi, message, begun);
		curl_multi_poll(multi, NULL, 0, 100, NULL);
	}
	curl_multi_cleanup(multi);
}

static void set(struct fetch_request *request, const char *name,
		const char *value)
{
	if (!strncmp(name, "method=", 7))
		request->method = value;
	else if (!strncmp(name, "accept=", 7))
		request->accept = value;
	else if (!strncmp(name, "max=", 4))
		request->max_bytes = strtoul(value, NULL, 10);
	else if (!strncmp(name, "timeout=", 8))
		request->timeout_ms = (int)strtol(value, NULL, 10);
	else if (!strncmp(name, "sign=", 5))
		request->sign = sign;
	else if (!strncmp(name, "types=", 6))
		request->types = *value == 'a' ? content_type_activity :
						 content_type_jrd;
	else if (!strncmp(name, "body=", 5)) {
		request->content_type = "application/activity+json";
		request->body = value;
		request->body_len = strlen(value);
	}
}

int main(int argc, char **argv)
{
	struct task task = { .arena = arena_new((size_t)1 << 20),
			     .conf = conf_load(NULL) };
	struct fetch_request request = { 0 };

	signal(SIGPIPE, SIG_IGN);
	for (int i = 1; i < argc; i++) {
		const char *equals = strchr(argv[i], '=');

		if (equals && !strchr("/:", argv[i][strcspn(argv[i], "=/:")])) {
			set(&request, argv[i], equals + 1);
			if (strncmp(argv[i], "together=", 9))
				continue;
			run_together(task.conf, &request, argv + i + 1);
			break;
		}
		request.url = argv[i];
		if (!task_run(&task, run, &request))
			printf("end=failed\terror=%s\n", task.message);
		arena_reset(task.arena);
	}
	arena_free(task.arena);
	return 0;
}
