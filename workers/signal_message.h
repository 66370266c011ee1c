/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The WebTorrent tracker protocol, as bittorrent-tracker 11 speaks it
 * (reference p2p.md 3.1): one JSON object a message. Its ids are JSON strings
 * of 20 characters U+0000..U+00FF, a byte each. Bytes in, bytes out; nothing
 * here knows of sockets or swarms.
 */
#ifndef CARDUME_SIGNAL_MESSAGE_H
#define CARDUME_SIGNAL_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "buf.h"
#include "swarm_id.h"

#define SIGNAL_MESSAGE_BYTES ((size_t)64 * 1024)
#define SIGNAL_OFFERS 20 /* taken in one announce */
#define SIGNAL_SESSION_BYTES ((size_t)16 * 1024) /* an offer or an answer */
#define SIGNAL_SCRAPED 64 /* swarms in one scrape */
/* An arena of this size is enough for any message. */
#define SIGNAL_ARENA_BYTES ((size_t)4 * 1024 * 1024)

enum signal_kind { SIGNAL_ANNOUNCE, SIGNAL_ANSWER, SIGNAL_SCRAPE };

enum signal_event { SIGNAL_UPDATE, SIGNAL_STOPPED, SIGNAL_COMPLETED };

/* What a browser says about itself, as JSON; opaque to us. */
struct signal_session {
	uint8_t id[SWARM_ID_BYTES]; /* the offer's */
	const char *json;
	size_t len;
};

struct signal_message {
	enum signal_kind kind;
	enum signal_event event;
	bool is_complete; /* it has all: left is 0 */
	uint8_t info_hash[SWARM_ID_BYTES];
	uint8_t peer_id[SWARM_ID_BYTES];
	uint8_t to_peer_id[SWARM_ID_BYTES]; /* of an answer */
	struct signal_session answer;
	struct signal_session offers[SIGNAL_OFFERS];
	int nr_offers;
	uint8_t scraped[SIGNAL_SCRAPED][SWARM_ID_BYTES];
	int nr_scraped;
};

enum signal_reading {
	SIGNAL_GOOD,
	SIGNAL_WRONG, /* but its info_hash is known: an answer can say why */
	SIGNAL_GARBAGE,
};

/* Reads a message; what it points to is the arena's. `why` gets a constant
 * text when it is not good. */
enum signal_reading signal_read(struct signal_message *message,
				struct arena *arena, const char *text,
				size_t len, const char **why);

struct signal_counts {
	uint32_t complete;
	uint32_t incomplete;
	uint32_t downloaded;
};

/* Answers, added to `out`. */
void signal_write_reply(struct buf *out, const uint8_t hash[SWARM_ID_BYTES],
			const struct signal_counts *counts, int interval);
/* Always with action and info_hash: without them a client gives up its socket,
 * or does not listen. */
void signal_write_failure(struct buf *out, const uint8_t hash[SWARM_ID_BYTES],
			  const char *reason);
/* `what` is "offer" or "answer"; `from` a peer. */
void signal_write_session(struct buf *out, const uint8_t hash[SWARM_ID_BYTES],
			  const uint8_t from[SWARM_ID_BYTES], const char *what,
			  const struct signal_session *session);
void signal_write_scrape_begin(struct buf *out);
void signal_write_scraped(struct buf *out, const uint8_t hash[SWARM_ID_BYTES],
			  const struct signal_counts *counts);
void signal_write_scrape_end(struct buf *out);

#endif
