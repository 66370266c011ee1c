/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The part of cardume-signal that speaks to PostgreSQL: a process of its own,
 * so that the one which strangers reach has no way to the database and never
 * waits for it. They are joined by a pair of sockets, a packet a message: the
 * feed tells which swarms there may be, and is told what is to be counted. Each
 * ends when the other has.
 */
#ifndef CARDUME_SIGNAL_FEED_H
#define CARDUME_SIGNAL_FEED_H

#include <stdbool.h>
#include <stdint.h>

#include "conf.h"
#include "signal_hub.h"

#define SIGNAL_PACKET_HASHES 100

/* Videos' hashes as signal_list.h takes them. */
enum signal_packet_kind {
	SIGNAL_PACKET_ALL, /* a group of all there is begins */
	SIGNAL_PACKET_CHANGES, /* a group of changes begins */
	SIGNAL_PACKET_DROP,
	SIGNAL_PACKET_ADD,
	SIGNAL_PACKET_END,
};

struct signal_packet {
	int64_t video;
	uint32_t kind;
	uint32_t nr; /* of hashes that follow */
	uint8_t hashes[SIGNAL_PACKET_HASHES][SWARM_ID_BYTES];
};

/* Starts the feed; returns our end of the pair, which does not block. */
int signal_feed_start(const struct conf *conf);

/* Applies what has come. False: the feed has ended. */
bool signal_feed_read(int fd, struct hub *hub, bool *is_listed);
/* Tells the counts; where the feed is busy they are left for the next time. */
void signal_feed_tell(int fd, const struct signal_stats *stats);

/* The feed itself, until the other end is closed. */
void signal_feed_serve(const struct conf *conf, int fd);

#endif
