/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A client's socket, as the hub and the swarms know it. */
#ifndef CARDUME_SIGNAL_GUEST_H
#define CARDUME_SIGNAL_GUEST_H

#include <stdint.h>
#include <sys/queue.h>

#include "signal_address.h"

struct guest {
	void *link; /* the socket layer's */
	struct address *address;
	LIST_HEAD(member_list, member) members;
	int nr_members;
	int64_t seen; /* ms; its last message, or its coming */
	struct bucket messages;
	struct bucket bytes;
	LIST_ENTRY(guest) of_hub;
};

#endif
