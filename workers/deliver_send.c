/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Requests side by side: libcurl's multi interface on epoll(7), so that many
 * that wait cost nothing. Guards are those of lib/fetch_hop.h. */
#include "deliver.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "bug.h"
#include "db.h"
#include "http_signature.h"
#include "log.h"

#define TIMEOUT_MS 10000
#define ANSWER_MAX 16384
#define EVENTS 64
/* So many at once are a message to thousands of servers, whose connections
 * would only push each other out. */
#define MANY 100

static struct {
	CURLM *multi;
	int epoll;
	int wake_fd;
	int64_t timer_at; /* ms; -1: none */
	CURL *idle[LANES_MAX]; /* handles nobody uses */
	size_t nr_idle;
	int nr_busy; /* handles */
	struct task *task; /* of the request that is being made */
} sender;

int64_t deliver_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* --- what curl waits for ---------------------------------------------------
 */

static int on_socket(CURL *curl, curl_socket_t fd, int what, void *ctx,
		     void *of_socket)
{
	struct epoll_event event = { .data.fd = fd };

	(void)curl;
	(void)ctx;
	(void)of_socket;
	if (what == CURL_POLL_REMOVE) {
		epoll_ctl(sender.epoll, EPOLL_CTL_DEL, fd, NULL);
		return 0;
	}
	event.events = (what & CURL_POLL_IN ? EPOLLIN : 0u) |
		       (what & CURL_POLL_OUT ? EPOLLOUT : 0u);
	if (epoll_ctl(sender.epoll, EPOLL_CTL_MOD, fd, &event) &&
	    epoll_ctl(sender.epoll, EPOLL_CTL_ADD, fd, &event))
		BUG("epoll_ctl: %s", strerror(errno));
	return 0;
}

static int on_timer(CURLM *multi, long ms, void *ctx)
{
	(void)multi;
	(void)ctx;
	sender.timer_at = ms < 0 ? -1 : deliver_now() + ms;
	return 0;
}

void sender_open(int wake_fd)
{
	struct epoll_event event = { .events = EPOLLIN, .data.fd = wake_fd };

	sender.wake_fd = wake_fd;
	sender.epoll = epoll_create1(EPOLL_CLOEXEC);
	sender.multi = curl_multi_init();
	sender.timer_at = -1;
	if (sender.epoll < 0 || !sender.multi)
		BUG("no epoll or no curl");
	if (wake_fd >= 0 &&
	    epoll_ctl(sender.epoll, EPOLL_CTL_ADD, wake_fd, &event))
		BUG("epoll_ctl: %s", strerror(errno));
	curl_multi_setopt(sender.multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(sender.multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl_multi_setopt(sender.multi, CURLMOPT_MAXCONNECTS, (long)LANES_MAX);
}

void sender_close(void)
{
	while (sender.nr_idle)
		curl_easy_cleanup(sender.idle[--sender.nr_idle]);
	curl_multi_cleanup(sender.multi);
	close(sender.epoll);
}

static CURL *take_handle(void)
{
	CURL *curl = sender.nr_idle ? sender.idle[--sender.nr_idle] :
				      curl_easy_init();

	if (!curl)
		BUG("curl_easy_init");
	sender.nr_busy++;
	return curl;
}

/* --- one request ----------------------------------------------------------
 */

/* The lane is idle again; its answer lived in the hop. */
static void release(struct lane *lane)
{
	if (lane->hop)
		fetch_hop_free(lane->hop);
	if (lane->curl && sender.nr_idle < LANES_MAX)
		sender.idle[sender.nr_idle++] = lane->curl;
	else if (lane->curl)
		curl_easy_cleanup(lane->curl);
	if (lane->activity)
		lane->activity->nr_users--;
	sender.nr_busy -= lane->curl != NULL;
	lane->hop = NULL;
	lane->curl = NULL;
	lane->activity = NULL;
	lane->is_busy = false;
}

/* Called by fetch_hop_prepare(): the URL is as it will be asked for. */
static void sign(void *arg, struct fetch_headers *headers, const char *method,
		 const char *url)
{
	const struct lane *lane = arg;
	const struct signer *signer =
		signer_find(sender.task, lane->activity->actor_id);
	struct http_signing signing = { .method = method,
					.url = url,
					.body = lane->activity->body,
					.body_len = lane->activity->len,
					.key_id = signer->key_id,
					.key = signer->key,
					.now = time(NULL) };
	const char *const *line;

	line = lane->visit->prefers_rfc9421 != lane->is_second ?
		       http_sign_rfc9421(sender.task, &signing) :
		       http_sign_draft(sender.task, &signing);
	for (; *line; line++)
		fetch_header(headers, *line);
}

static void describe(struct lane *lane)
{
	lane->request = (struct fetch_request){
		.url = lane->delivery->inbox,
		.max_bytes = ANSWER_MAX,
	};
	if (!lane->activity)
		return;
	lane->request.method = "POST";
	lane->request.content_type = "application/activity+json";
	lane->request.body = lane->activity->body;
	lane->request.body_len = lane->activity->len;
	lane->request.sign = sign;
	lane->request.sign_arg = lane;
}

/* Of thousands of handles, connections and names curl looks through all each
 * time: buffers are small, and what will not be used soon is not kept. Lanes
 * share a connection of HTTP/2. */
static void set_for_many(const struct lane *lane)
{
	const struct visit *visit = lane->visit;
	bool is_last = lane->delivery == &visit->deliveries[visit->nr - 1];

	curl_easy_setopt(lane->curl, CURLOPT_BUFFERSIZE, 4096L);
	curl_easy_setopt(lane->curl, CURLOPT_UPLOAD_BUFFERSIZE, 16384L);
	curl_easy_setopt(lane->curl, CURLOPT_PIPEWAIT, 1L);
	curl_easy_setopt(lane->curl, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
	curl_easy_setopt(lane->curl, CURLOPT_FORBID_REUSE,
			 is_last && sender.nr_busy > MANY ? 1L : 0L);
}

static void start_body(struct task *task, void *arg)
{
	struct lane *lane = arg;
	struct fetch_answer answer;

	sender.task = task;
	lane->curl = take_handle();
	lane->hop = fetch_hop_new(task->conf, &lane->request);
	if (!fetch_hop_prepare(lane->hop, lane->curl, lane->request.url,
			       TIMEOUT_MS)) {
		answer = fetch_hop_end(lane->hop, CURLE_OK);
		lane_answered(lane, &answer);
		return;
	}
	set_for_many(lane);
	curl_easy_setopt(lane->curl, CURLOPT_PRIVATE, lane);
	if (curl_multi_add_handle(sender.multi, lane->curl))
		BUG("curl_multi_add_handle");
	lane->is_busy = true;
}

/* Where the request cannot be made: there is nothing to sign with, nor to be
 * signed (signer_find(), http_sign.c), and never will be; or the database does
 * not tell. */
static void give_up(struct lane *lane, const struct task *task)
{
	if (task->status != 404 && task->status != 400) {
		visit_stop(lane->visit, UNTRIED, "%s", task->message);
		return;
	}
	log_error("deliver: activity %lld is not sent: %s",
		  (long long)lane->delivery->activity_id, task->message);
	lane->delivery->verdict = DONE;
}

bool sender_start(struct task *task, struct lane *lane)
{
	lane->began = deliver_now();
	if (lane->activity)
		lane->activity->nr_users++;
	describe(lane);
	if (!task_run(task, start_body, lane))
		give_up(lane, task);
	arena_reset(task->arena);
	if (!lane->is_busy)
		release(lane);
	return lane->is_busy;
}

/* --- answers --------------------------------------------------------------
 */

static bool take_answer(struct lane *lane, CURLcode code)
{
	struct fetch_answer answer = fetch_hop_end(lane->hop, code);
	int64_t took = deliver_now() - lane->began;
	bool again = lane_answered(lane, &answer);

	if (took > lane->visit->slowest)
		lane->visit->slowest = took;
	curl_multi_remove_handle(sender.multi, lane->curl);
	release(lane);
	return again;
}

/* True: somebody wakes us. */
static bool read_sockets(int ms)
{
	bool is_woken = false;
	struct epoll_event events[EVENTS];
	int64_t now = deliver_now();
	int running;
	int nr;

	if (sender.timer_at >= 0 && sender.timer_at - now < ms)
		ms = sender.timer_at > now ? (int)(sender.timer_at - now) : 0;
	nr = epoll_wait(sender.epoll, events, EVENTS, ms);
	for (int i = 0; i < nr; i++) {
		unsigned got = events[i].events;
		int what = (got & EPOLLIN ? CURL_CSELECT_IN : 0) |
			   (got & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
			   (got & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0);

		if (events[i].data.fd == sender.wake_fd)
			is_woken = true;
		else
			curl_multi_socket_action(sender.multi,
						 events[i].data.fd, what,
						 &running);
	}
	if (sender.timer_at >= 0 && deliver_now() >= sender.timer_at) {
		sender.timer_at = -1;
		curl_multi_socket_action(sender.multi, CURL_SOCKET_TIMEOUT, 0,
					 &running);
	}
	return is_woken;
}

bool sender_run(int ms,
		void (*answered)(void *ctx, struct lane *lane, bool again),
		void *ctx)
{
	bool is_woken = read_sockets(ms);
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(sender.multi, &left))) {
		CURLcode code = message->data.result;
		char *lane = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE,
				  &lane);
		answered(ctx, (struct lane *)lane,
			 take_answer((struct lane *)lane, code));
	}
	return is_woken;
}
