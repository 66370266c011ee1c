/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sources: workers/signal_hub.c workers/signal_message.c */
/* sources: workers/signal_swarm.c workers/signal_list.c */
/* sources: workers/signal_address.c lib/json.c lib/task.c */
/* sources: lib/arena.c lib/buf.c lib/utf8.c lib/hex.c */
/* Messages of five clients in two swarms, a line each; its first byte says
 * whose it is, or that something else happens. Whatever is sent is one message
 * of ours. */
#include "../../workers/signal_hub.h"
#include "fuzz.h"
#include "json.h"

#include <string.h>

#define CLIENTS 5

struct client {
	struct guest guest;
	bool is_there;
};

static struct hub hub;
static struct client clients[CLIENTS];
static int64_t now;

static bool on_send(void *link, const char *text, size_t len)
{
	static const struct json_limits limits = { SIGNAL_MESSAGE_BYTES, 10,
						   300, 3000, true };
	struct arena *arena = arena_new(SIGNAL_ARENA_BYTES);

	(void)link;
	CHECK(!json_scan_within(arena, text, len, &limits));
	arena_free(arena);
	return len % 7 != 0;
}

static void on_close(void *link)
{
	(void)link;
}

static void leave(struct client *client)
{
	if (client->is_there)
		hub_leave(&hub, &client->guest);
	client->is_there = false;
}

static void enter(struct client *client)
{
	static const char *const addresses[] = { "192.0.2.1", "2001:db8::1",
						 "" };
	const char *address = addresses[(client - clients) % 3];

	if (client->is_there || !hub_admits(&hub, address, now))
		return;
	hub_enter(&hub, &client->guest, client, address, now);
	client->is_there = true;
}

static void list(bool is_whole)
{
	static const uint8_t first[SWARM_ID_BYTES + 1] = "aaaaaaaaaaaaaaaaaaaa";
	static const uint8_t second[SWARM_ID_BYTES + 1] =
		"bbbbbbbbbbbbbbbbbbbb";

	signal_list_begin(&hub.list, true);
	signal_list_add(&hub.list, 1, first);
	if (is_whole)
		signal_list_add(&hub.list, 2, second);
	signal_list_end(&hub.list);
	hub_relist(&hub);
}

static void take_line(const char *line, size_t len)
{
	struct client *client = &clients[(unsigned char)line[0] % CLIENTS];

	now += 50;
	switch (line[0]) {
	case '-': leave(&clients[len % CLIENTS]); return;
	case '!': list(len % 2); return;
	case '~':
		now += (int64_t)len * 10000;
		hub_sweep(&hub, now);
		return;
	}
	enter(client);
	if (client->is_there &&
	    !hub_receive(&hub, &client->guest, line + 1, len - 1, now))
		leave(client);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct hub_options options = { 4, 2, on_send, on_close };
	const char *at = (const char *)data;
	const char *end = at + size;

	now = 1000000;
	hub_init(&hub, &options);
	list(true);
	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		size_t len = (size_t)((stop ? stop : end) - at);

		if (len)
			take_line(at, len);
		at += len + 1;
	}
	for (int i = 0; i < CLIENTS; i++)
		leave(&clients[i]);
	CHECK(!hub.stats.peers && !hub.stats.swarms && !hub.stats.sockets);
	hub_free(&hub);
	return 0;
}
