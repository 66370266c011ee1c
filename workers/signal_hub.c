/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "signal_hub.h"

#include <stdlib.h>
#include <string.h>

#include "bug.h"

/* Of a socket. A message is at most 64 KiB: the burst has eight of those. */
static const struct bucket_size socket_messages = { 8, 200 };
static const struct bucket_size socket_bytes = { 32 * 1024, 512 * 1024 };
/* Of an address: of ten viewers who are busy. */
static const struct bucket_size address_messages = { 80, 2000 };
/* Swarms that are not there, asked for by an address. */
static const struct bucket_size address_refused = { 1, 60 };

#define BLOCKED_MS (3 * 60 * 1000)
#define SILENT_MS (3 * SIGNAL_INTERVAL * 1000)
/* To have no swarm. */
#define IDLE_MS (60 * 1000)
#define ADDRESSES 100000
#define OUT_BYTES (SIGNAL_SESSION_BYTES + 1024)
/* The answer to a scrape is the longest. */
#define SCRAPE_OUT_BYTES ((size_t)32 * 1024)

static const char not_listed[] = "This video is not shared here.";

void hub_init(struct hub *hub, const struct hub_options *options)
{
	*hub = (struct hub){ .options = *options };
	signal_list_init(&hub->list);
	swarm_table_init(&hub->swarms);
	address_table_init(&hub->addresses);
	LIST_INIT(&hub->guests);
	hub->arena = arena_new(SIGNAL_ARENA_BYTES);
}

void hub_free(struct hub *hub)
{
	if (!LIST_EMPTY(&hub->guests))
		BUG("guests are left");
	signal_list_free(&hub->list);
	address_table_free(&hub->addresses);
	arena_free(hub->arena);
}

/* --- coming and going ----------------------------------------------------- */

bool hub_admits(struct hub *hub, const char *text, int64_t now)
{
	struct address *address;

	if (hub->stats.sockets < hub->options.sockets &&
	    hub->addresses.nr < ADDRESSES) {
		address = address_find(&hub->addresses, text);
		if (address->blocked_until <= now &&
		    address->nr_sockets < hub->options.address_sockets)
			return true;
	}
	hub->stats.refused_sockets++;
	return false;
}

void hub_enter(struct hub *hub, struct guest *guest, void *link,
	       const char *address, int64_t now)
{
	*guest = (struct guest){ .link = link, .seen = now };
	guest->address = address_find(&hub->addresses, address);
	guest->address->nr_sockets++;
	LIST_INIT(&guest->members);
	LIST_INSERT_HEAD(&hub->guests, guest, of_hub);
	hub->stats.sockets++;
}

static void count_swarms(struct hub *hub)
{
	hub->stats.peers = (int64_t)hub->swarms.nr_members;
	hub->stats.swarms = (int64_t)hub->swarms.nr_swarms;
}

void hub_leave(struct hub *hub, struct guest *guest)
{
	while (!LIST_EMPTY(&guest->members))
		swarm_leave(&hub->swarms, LIST_FIRST(&guest->members));
	LIST_REMOVE(guest, of_hub);
	guest->address->nr_sockets--;
	hub->stats.sockets--;
	count_swarms(hub);
}

/* --- answers -------------------------------------------------------------- */

static bool send_to(struct hub *hub, struct guest *guest, const struct buf *out)
{
	if (hub->options.send(guest->link, out->data, out->len))
		return true;
	hub->stats.dropped++;
	return false;
}

static void send_failure(struct hub *hub, struct guest *guest,
			 const uint8_t hash[SWARM_ID_BYTES], const char *reason)
{
	struct buf out = buf_make(hub->arena, OUT_BYTES);

	signal_write_failure(&out, hash, reason);
	send_to(hub, guest, &out);
}

static bool send_session(struct hub *hub, struct member *to,
			 const struct signal_message *message, const char *what,
			 const struct signal_session *session)
{
	struct buf out = buf_make(hub->arena, OUT_BYTES);

	signal_write_session(&out, message->info_hash, message->peer_id, what,
			     session);
	return send_to(hub, to->guest, &out);
}

static void send_reply(struct hub *hub, struct guest *guest,
		       const uint8_t hash[SWARM_ID_BYTES])
{
	struct signal_counts counts =
		swarm_counts(swarm_find(&hub->swarms, hash));
	struct buf out = buf_make(hub->arena, OUT_BYTES);

	signal_write_reply(&out, hash, &counts, SIGNAL_INTERVAL);
	send_to(hub, guest, &out);
}

/* --- messages ------------------------------------------------------------- */

static void hand_on_offers(struct hub *hub, struct member *from,
			   const struct signal_message *message)
{
	struct member *chosen[SIGNAL_FORWARDED];
	int most = message->nr_offers < SIGNAL_FORWARDED ? message->nr_offers :
							   SIGNAL_FORWARDED;
	int nr = swarm_choose(from, chosen, most);

	for (int i = 0; i < nr; i++)
		if (send_session(hub, chosen[i], message, "offer",
				 &message->offers[i]))
			hub->stats.offers++;
}

/* To whom is not there: to nobody. */
static void hand_on_answer(struct hub *hub, struct member *from,
			   const struct signal_message *message)
{
	struct member *to =
		swarm_peer(&hub->swarms, from->swarm, message->to_peer_id);

	if (to && to != from &&
	    send_session(hub, to, message, "answer", &message->answer))
		hub->stats.answers++;
}

/* The guest's membership, made or renewed; NULL and why, where there is none
 * to be had. */
static struct member *membership(struct hub *hub, struct guest *guest,
				 const struct signal_message *message,
				 const char **why)
{
	struct member *member = swarm_of_guest(guest, message->info_hash);

	if (member &&
	    memcmp(member->peer_id, message->peer_id, SWARM_ID_BYTES)) {
		swarm_leave(&hub->swarms, member);
		member = NULL;
	}
	*why = "This socket is in too many swarms.";
	if (!member && guest->nr_members >= SIGNAL_GUEST_SWARMS)
		return NULL;
	*why = "This swarm is full.";
	if (!member)
		member = swarm_join(&hub->swarms, message->info_hash,
				    message->peer_id, guest);
	return member;
}

static void stop(struct hub *hub, struct guest *guest,
		 const struct signal_message *message)
{
	struct member *member = swarm_of_guest(guest, message->info_hash);

	if (member)
		swarm_leave(&hub->swarms, member);
	send_reply(hub, guest, message->info_hash);
}

static void announce(struct hub *hub, struct guest *guest,
		     const struct signal_message *message, int64_t now)
{
	const char *why;
	struct member *member;

	if (message->event == SIGNAL_STOPPED) {
		stop(hub, guest, message);
		return;
	}
	member = membership(hub, guest, message, &why);
	if (!member) {
		send_failure(hub, guest, message->info_hash, why);
		return;
	}
	member->seen = now;
	if (message->kind == SIGNAL_ANSWER) {
		hand_on_answer(hub, member, message);
		return;
	}
	if (message->event == SIGNAL_COMPLETED && !member->is_complete)
		member->swarm->nr_downloaded++;
	swarm_set_complete(member, message->is_complete);
	send_reply(hub, guest, message->info_hash);
	hand_on_offers(hub, member, message);
}

/* Only what is on the list: the others are nobody's here. */
static void scrape(struct hub *hub, struct guest *guest,
		   const struct signal_message *message)
{
	struct buf out = buf_make(hub->arena, SCRAPE_OUT_BYTES);

	signal_write_scrape_begin(&out);
	for (int i = 0; i < message->nr_scraped; i++) {
		const uint8_t *hash = message->scraped[i];
		struct signal_counts counts =
			swarm_counts(swarm_find(&hub->swarms, hash));

		if (signal_list_has(&hub->list, hash))
			signal_write_scraped(&out, hash, &counts);
	}
	signal_write_scrape_end(&out);
	send_to(hub, guest, &out);
}

/* A few are forgiven: a page that was left open, a video that is gone. Who
 * asks for many is let in again after some minutes. */
static bool refuse_swarm(struct hub *hub, struct guest *guest,
			 const uint8_t hash[SWARM_ID_BYTES], int64_t now)
{
	struct address *address = guest->address;

	hub->stats.refused_swarms++;
	if (!bucket_take(&address->refused, &address_refused, 1, now)) {
		address->blocked_until = now + BLOCKED_MS;
		return false;
	}
	send_failure(hub, guest, hash, not_listed);
	return true;
}

static bool take_message(struct hub *hub, struct guest *guest, const char *text,
			 size_t len, int64_t now)
{
	struct signal_message *message =
		arena_alloc(hub->arena, sizeof(*message));
	const char *why;

	switch (signal_read(message, hub->arena, text, len, &why)) {
	case SIGNAL_GARBAGE: hub->stats.bad_messages++; return false;
	case SIGNAL_WRONG:
		hub->stats.bad_messages++;
		send_failure(hub, guest, message->info_hash, why);
		return true;
	case SIGNAL_GOOD: break;
	}
	if (message->kind == SIGNAL_SCRAPE) {
		scrape(hub, guest, message);
		return true;
	}
	if (!signal_list_has(&hub->list, message->info_hash))
		return refuse_swarm(hub, guest, message->info_hash, now);
	hub->stats.announces += message->kind == SIGNAL_ANNOUNCE;
	announce(hub, guest, message, now);
	return true;
}

static bool is_in_time(struct guest *guest, size_t len, int64_t now)
{
	return len <= SIGNAL_MESSAGE_BYTES &&
	       bucket_take(&guest->messages, &socket_messages, 1, now) &&
	       bucket_take(&guest->bytes, &socket_bytes, (int)len, now) &&
	       bucket_take(&guest->address->messages, &address_messages, 1,
			   now);
}

bool hub_receive(struct hub *hub, struct guest *guest, const char *text,
		 size_t len, int64_t now)
{
	bool keep;

	hub->stats.messages++;
	if (!is_in_time(guest, len, now)) {
		hub->stats.too_fast++;
		return false;
	}
	guest->seen = now;
	keep = take_message(hub, guest, text, len, now);
	arena_reset(hub->arena);
	count_swarms(hub);
	return keep;
}

/* --- now and then --------------------------------------------------------- */

static void end_swarm(struct hub *hub, struct swarm *swarm)
{
	uint32_t left = swarm->nr;

	/* The last one takes the swarm along. */
	for (; left > 0; left--) {
		struct member *member = swarm->members[left - 1];

		send_failure(hub, member->guest, swarm->hash, not_listed);
		swarm_leave(&hub->swarms, member);
		arena_reset(hub->arena);
	}
}

void hub_relist(struct hub *hub)
{
	struct swarm *swarm = LIST_FIRST(&hub->swarms.swarms);

	while (swarm) {
		struct swarm *next = LIST_NEXT(swarm, of_table);

		if (!signal_list_has(&hub->list, swarm->hash))
			end_swarm(hub, swarm);
		swarm = next;
	}
	hub->stats.listed = (int64_t)hub->list.table.nr;
	count_swarms(hub);
}

static void sweep_guest(struct hub *hub, struct guest *guest, int64_t now)
{
	struct member *member = LIST_FIRST(&guest->members);

	while (member) {
		struct member *next = LIST_NEXT(member, of_guest);

		if (now - member->seen > SILENT_MS)
			swarm_leave(&hub->swarms, member);
		member = next;
	}
	if (!guest->nr_members && now - guest->seen > IDLE_MS)
		hub->options.close(guest->link);
}

void hub_sweep(struct hub *hub, int64_t now)
{
	struct guest *guest = LIST_FIRST(&hub->guests);

	while (guest) {
		struct guest *next = LIST_NEXT(guest, of_hub);

		sweep_guest(hub, guest, now);
		guest = next;
	}
	address_sweep(&hub->addresses, now);
	count_swarms(hub);
}
