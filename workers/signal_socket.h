/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * WebSockets (RFC 6455) by libwebsockets on libuv's loop: accepts on a
 * listening socket that others hold too, joins frames to messages, keeps what a
 * client has not read yet. Who the client is nginx tells in X-Real-IP.
 */
#ifndef CARDUME_SIGNAL_SOCKET_H
#define CARDUME_SIGNAL_SOCKET_H

#include <stdbool.h>
#include <uv.h>

#include "conf.h"
#include "signal_hub.h"

/* Bytes that wait for a client; of messages that wait for or have begun to come
 * from all of them together. */
#define SIGNAL_QUEUE_BYTES ((size_t)256 * 1024)
#define SIGNAL_HELD_BYTES ((size_t)128 * 1024 * 1024)

struct signal_server;

/* The options of a hub whose clients are sockets. */
struct hub_options signal_socket_options(const struct conf *conf);

/* NULL: libwebsockets has no event loop (its libuv plug-in is not there). */
struct signal_server *signal_server_new(uv_loop_t *loop, struct hub *hub,
					int listener);
/* From now on clients are let in. */
void signal_server_listen(struct signal_server *server);
/* No one more is let in; each socket is closed when it has read what waits for
 * it (1001, going away). */
void signal_server_drain(struct signal_server *server);
void signal_server_free(struct signal_server *server);

/* Milliseconds; does not go back. */
int64_t signal_now(void);

#endif
