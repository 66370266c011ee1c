/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "deliver.h"

#include <stdarg.h>
#include <string.h>

#include "bug.h"
#include "log.h"

/* Less than the lease by all that one transfer may take. */
#define VISIT_MS 90000

struct visit *visit_new(int64_t host_id, int64_t lease, int nr_lanes)
{
	struct visit *visit = calloc(1, sizeof(*visit));

	if (!visit)
		BUG("out of memory");
	visit->host_id = host_id;
	visit->lease = lease;
	visit->nr_lanes = nr_lanes;
	visit->began = deliver_now();
	for (int i = 0; i < nr_lanes; i++) {
		visit->lanes[i].visit = visit;
		visit->lanes[i].number = i;
	}
	return visit;
}

/* FNV-1a: what goes to one inbox stays in one lane, and in order. */
static int lane_of(const struct visit *visit, const char *inbox)
{
	uint32_t hash = 2166136261u;

	for (; *inbox; inbox++)
		hash = (hash ^ (unsigned char)*inbox) * 16777619u;
	return (int)(hash % (uint32_t)visit->nr_lanes);
}

void visit_add(struct visit *visit, struct delivery delivery, const char *inbox)
{
	if (visit->nr == VISIT_DELIVERIES)
		BUG("more than %d deliveries", VISIT_DELIVERIES);
	delivery.inbox = strdup(inbox);
	if (!delivery.inbox)
		BUG("out of memory");
	delivery.lane = lane_of(visit, inbox);
	visit->deliveries[visit->nr++] = delivery;
}

void visit_free(struct visit *visit)
{
	for (int i = 0; i < visit->nr; i++)
		free(visit->deliveries[i].inbox);
	free(visit);
}

/* What admins read. Strangers have a hand in it: ASCII alone. */
static void say(struct visit *visit, const char *fmt, va_list args)
{
	vsnprintf(visit->said, sizeof(visit->said), fmt, args);
	for (char *at = visit->said; *at; at++)
		if (*at < ' ' || *at > '~')
			*at = '?';
}

__attribute__((format(printf, 2, 3))) static void note(struct visit *visit,
						       const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say(visit, fmt, args);
	va_end(args);
}

void visit_stop(struct visit *visit, enum visit_end end, const char *fmt, ...)
{
	va_list args;

	if (visit->is_stopped)
		return;
	visit->is_stopped = true;
	visit->end = end;
	va_start(args, fmt);
	say(visit, fmt, args);
	va_end(args);
}

bool lane_next(struct lane *lane)
{
	struct visit *visit = lane->visit;

	lane->is_second = false;
	lane->delivery = NULL;
	if (deliver_now() - visit->began > VISIT_MS)
		visit_stop(visit, visit->took ? PASSED : UNTRIED, "slow");
	for (int i = 0; i < visit->nr && !visit->is_stopped; i++) {
		struct delivery *delivery = &visit->deliveries[i];

		if (delivery->lane != lane->number ||
		    delivery->verdict != UNSENT)
			continue;
		lane->delivery = delivery;
		return true;
	}
	return false;
}

/* What happens to the first that fails says nothing yet about the server or
 * about the delivery: order goes before haste. Where it was so before, the next
 * one shows whose fault it is. */
static void failing(struct lane *lane, const struct fetch_answer *answer)
{
	struct visit *visit = lane->visit;
	bool is_known = visit->fails || lane->delivery->tries;

	lane->delivery->verdict = AGAIN;
	visit->wait = answer->retry_after;
	if (!is_known || ++visit->nr_failing == 2 || answer->retry_after)
		visit_stop(visit, FAILED, "%s", answer->error);
	else
		note(visit, "%s", answer->error);
}

static void settled(struct lane *lane, const struct fetch_answer *answer,
		    enum verdict verdict)
{
	struct visit *visit = lane->visit;

	visit->took = true;
	visit->nr_failing = 0;
	lane->delivery->verdict = verdict;
	if (!visit->is_stopped)
		note(visit, "status %d", answer->status);
	if (answer->status / 100 != 2)
		log_info("deliver: %s: %s", lane->delivery->inbox,
			 answer->error);
	else if (lane->is_second)
		visit->prefers_rfc9421 = !visit->prefers_rfc9421;
}

static void asked(struct lane *lane, const struct fetch_answer *answer)
{
	if (answer->status < 200 || answer->status >= 500)
		visit_stop(lane->visit, FAILED, "%s", answer->error);
	else
		settled(lane, answer, DONE);
}

bool lane_answered(struct lane *lane, const struct fetch_answer *answer)
{
	struct visit *visit = lane->visit;
	int status = answer->status;

	if (visit->is_dead) {
		asked(lane, answer);
	} else if (answer->end == FETCH_URL) {
		settled(lane, answer, DONE);
	} else if (status < 200) {
		visit_stop(visit, FAILED, "%s", answer->error);
	} else if (status == 429) {
		visit->wait = answer->retry_after;
		visit_stop(visit, BUSY, "%s", answer->error);
	} else if (status == 408 || status == 425 || status >= 500) {
		failing(lane, answer);
	} else if ((status == 400 || status == 401 || status == 403) &&
		   !lane->is_second) {
		lane->is_second = true;
		return true;
	} else {
		settled(lane, answer, status == 410 ? GONE : DONE);
	}
	return false;
}

enum visit_end visit_result(const struct visit *visit)
{
	if (visit->is_stopped)
		return visit->end;
	if (visit->took)
		return PASSED;
	return visit->nr_failing ? FAILED : UNTRIED;
}
