/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What happens to a message: the rules of swarms, and their limits (reference
 * security.md 2.12, p2p.md 6). It sends and closes by the callbacks of who made
 * it, and knows of no socket, clock or database: tests and the fuzzer drive it
 * as cardume-signal(8) does. Times are milliseconds.
 */
#ifndef CARDUME_SIGNAL_HUB_H
#define CARDUME_SIGNAL_HUB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "signal_guest.h"
#include "signal_list.h"
#include "signal_swarm.h"

/* Seconds between a client's announces; who is silent for three of them is
 * gone. */
#define SIGNAL_INTERVAL 120
/* p2p-media-loader has one swarm for each rendition it is at, one for audio,
 * and those it has just left. */
#define SIGNAL_GUEST_SWARMS 16
/* Offers of one announce that are handed on. */
#define SIGNAL_FORWARDED 10

struct signal_stats {
	int64_t sockets;
	int64_t peers; /* in all swarms together */
	int64_t swarms;
	int64_t listed; /* hashes there may be swarms of */
	/* since the program began */
	int64_t messages;
	int64_t announces;
	int64_t offers; /* handed on */
	int64_t answers; /* handed on */
	int64_t refused_sockets; /* blocked, or too many */
	int64_t refused_swarms; /* not on the list */
	int64_t bad_messages;
	int64_t too_fast; /* sockets closed for it */
	int64_t dropped; /* messages that a slow client did not get */
};

struct hub_options {
	int sockets;
	int address_sockets;
	/* Copies the text; false: that client has too much waiting. */
	bool (*send)(void *link, const char *text, size_t len);
	/* Soon, not at once; hub_leave() follows. */
	void (*close)(void *link);
};

struct hub {
	struct hub_options options;
	struct signal_list list;
	struct swarm_table swarms;
	struct address_table addresses;
	LIST_HEAD(guest_list, guest) guests;
	struct arena *arena;
	struct signal_stats stats;
};

void hub_init(struct hub *hub, const struct hub_options *options);
/* No guest may be left. */
void hub_free(struct hub *hub);

/* May one more socket of this address be opened? */
bool hub_admits(struct hub *hub, const char *address, int64_t now);
/* It is open; `guest` is the caller's memory, until hub_leave(). */
void hub_enter(struct hub *hub, struct guest *guest, void *link,
	       const char *address, int64_t now);
void hub_leave(struct hub *hub, struct guest *guest);

/* One message as it came. May call options.send for any guest. False: the
 * socket is to be closed (RFC 6455: 1008, policy). */
bool hub_receive(struct hub *hub, struct guest *guest, const char *text,
		 size_t len, int64_t now);

/* After a change of the list: swarms that are not on it are told so and end. */
void hub_relist(struct hub *hub);
/* Every few seconds: who was silent for too long leaves. */
void hub_sweep(struct hub *hub, int64_t now);

#endif
