/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "signal_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <libwebsockets.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bug.h"
#include "log.h"

/* Of a frame that is read at once: each socket has such a buffer. */
#define READ_BYTES 1024
/* Written at once: any message but the longest of scrapes. */
#define DIRECT_BYTES ((size_t)20 * 1024)
#define ACCEPTED_AT_ONCE 64
#define HANDSHAKE_SECONDS 10
/* Until a client answers a close frame. */
#define CLOSE_SECONDS 3
#define ADDRESS_CHARS 64

struct signal_server {
	struct hub *hub;
	struct lws_context *context;
	struct lws_vhost *vhost;
	int listener;
	uv_poll_t readable;
	bool is_listening;
	size_t held; /* bytes of messages, in both directions */
};

struct chunk {
	STAILQ_ENTRY(chunk) of_queue;
	size_t len;
	unsigned char bytes[]; /* LWS_PRE, then the text */
};

/* libwebsockets' memory for each socket; zeroed. */
struct connection {
	struct guest guest;
	struct lws *wsi;
	struct signal_server *server;
	char *message; /* as far as it has come */
	size_t len;
	STAILQ_HEAD(chunk_list, chunk) queue;
	size_t queued;
	enum lws_close_status closing; /* 0: no */
	bool is_close_sent;
};

int64_t signal_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* --- to clients ----------------------------------------------------------- */

static void close_soon(struct connection *connection,
		       enum lws_close_status status)
{
	if (connection->closing)
		return;
	connection->closing = status;
	lws_callback_on_writable(connection->wsi);
}

static void on_close(void *link)
{
	close_soon(link, LWS_CLOSE_STATUS_POLICY_VIOLATION);
}

/* Behind what waits already. */
static void enqueue(struct connection *connection, const char *text, size_t len)
{
	struct chunk *chunk = malloc(sizeof(*chunk) + LWS_PRE + len);

	if (!chunk)
		BUG("no memory for a message");
	chunk->len = len;
	memcpy(chunk->bytes + LWS_PRE, text, len);
	STAILQ_INSERT_TAIL(&connection->queue, chunk, of_queue);
	connection->queued += len;
	connection->server->held += len;
	lws_callback_on_writable(connection->wsi);
}

/* At once: to wait for the loop would cost four epoll_ctl(2). What the socket
 * does not take libwebsockets keeps. */
static bool write_now(struct connection *connection, const char *text,
		      size_t len)
{
	static unsigned char bytes[LWS_PRE + DIRECT_BYTES];

	memcpy(bytes + LWS_PRE, text, len);
	if (lws_write(connection->wsi, bytes + LWS_PRE, len, LWS_WRITE_TEXT) >=
	    0)
		return true;
	close_soon(connection, LWS_CLOSE_STATUS_POLICY_VIOLATION);
	return false;
}

static bool on_send(void *link, const char *text, size_t len)
{
	struct connection *connection = link;

	if (connection->closing)
		return false;
	if (len <= DIRECT_BYTES && STAILQ_EMPTY(&connection->queue) &&
	    !lws_partial_buffered(connection->wsi))
		return write_now(connection, text, len);
	if (connection->queued + len > SIGNAL_QUEUE_BYTES ||
	    connection->server->held + len > SIGNAL_HELD_BYTES) {
		close_soon(connection, LWS_CLOSE_STATUS_POLICY_VIOLATION);
		return false;
	}
	enqueue(connection, text, len);
	return true;
}

static void drop_chunk(struct connection *connection)
{
	struct chunk *chunk = STAILQ_FIRST(&connection->queue);

	STAILQ_REMOVE_HEAD(&connection->queue, of_queue);
	connection->queued -= chunk->len;
	connection->server->held -= chunk->len;
	free(chunk);
}

struct hub_options signal_socket_options(const struct conf *conf)
{
	return (struct hub_options){
		.sockets = conf->signal_sockets,
		.address_sockets = conf->signal_address_sockets,
		.send = on_send,
		.close = on_close,
	};
}

/* A frame by hand (RFC 6455, 5.5.1): lws_close_reason() is of no use where a
 * socket is written to. The client's own close frame ends it, or the time;
 * where all are sent away, the program's end. */
static int write_close(struct connection *connection)
{
	unsigned int status = connection->closing;
	unsigned char bytes[LWS_PRE + 4];
	unsigned char *frame = bytes + LWS_PRE;

	if (connection->is_close_sent)
		return 0;
	connection->is_close_sent = true;
	frame[0] = 0x88;
	frame[1] = 2;
	frame[2] = (unsigned char)(status >> 8);
	frame[3] = (unsigned char)status;
	/* Not for all at once: timers are a list that each walks along. */
	if (status != LWS_CLOSE_STATUS_GOINGAWAY)
		lws_set_timeout(connection->wsi, PENDING_TIMEOUT_CLOSE_ACK,
				CLOSE_SECONDS);
	return lws_write(connection->wsi, frame, 4, LWS_WRITE_RAW) < 0 ? -1 : 0;
}

/* -1: the socket is to be closed. */
static int write_next(struct connection *connection)
{
	struct chunk *chunk = STAILQ_FIRST(&connection->queue);
	int written;

	if (!chunk || connection->closing == LWS_CLOSE_STATUS_POLICY_VIOLATION)
		return connection->closing ? write_close(connection) : 0;
	written = lws_write(connection->wsi, chunk->bytes + LWS_PRE, chunk->len,
			    LWS_WRITE_TEXT);
	drop_chunk(connection);
	if (!STAILQ_EMPTY(&connection->queue) || connection->closing)
		lws_callback_on_writable(connection->wsi);
	return written < 0 ? -1 : 0;
}

/* --- from clients --------------------------------------------------------- */

static const char *address_of(struct lws *wsi, char text[ADDRESS_CHARS])
{
	if (lws_hdr_copy(wsi, text, ADDRESS_CHARS, WSI_TOKEN_HTTP_X_REAL_IP) <=
	    0)
		text[0] = '\0';
	return text;
}

static struct signal_server *server_of(struct lws *wsi)
{
	return lws_context_user(lws_get_context(wsi));
}

/* 1: it has been answered. */
static int admit(struct lws *wsi)
{
	char address[ADDRESS_CHARS];

	if (hub_admits(server_of(wsi)->hub, address_of(wsi, address),
		       signal_now()))
		return 0;
	return lws_return_http_status(wsi, HTTP_STATUS_FORBIDDEN, NULL) < 0 ?
		       -1 :
		       1;
}

static void open_connection(struct lws *wsi, struct connection *connection)
{
	char address[ADDRESS_CHARS];

	connection->wsi = wsi;
	connection->server = server_of(wsi);
	STAILQ_INIT(&connection->queue);
	hub_enter(connection->server->hub, &connection->guest, connection,
		  address_of(wsi, address), signal_now());
}

static void forget_message(struct connection *connection)
{
	connection->server->held -= connection->len;
	free(connection->message);
	connection->message = NULL;
	connection->len = 0;
}

static void close_connection(struct connection *connection)
{
	if (!connection->server)
		return;
	hub_leave(connection->server->hub, &connection->guest);
	while (!STAILQ_EMPTY(&connection->queue))
		drop_chunk(connection);
	forget_message(connection);
	connection->server = NULL;
}

/* Most messages come in pieces; the memory is kept for a message only. */
static bool append(struct connection *connection, const char *bytes, size_t len)
{
	struct signal_server *server = connection->server;
	char *longer;

	if (connection->len + len > SIGNAL_MESSAGE_BYTES ||
	    server->held + len > SIGNAL_HELD_BYTES) {
		server->hub->stats.bad_messages++;
		return false;
	}
	longer = realloc(connection->message, connection->len + len + 1);
	if (!longer)
		BUG("no memory for a message");
	memcpy(longer + connection->len, bytes, len);
	connection->message = longer;
	connection->len += len;
	server->held += len;
	return true;
}

static void receive(struct connection *connection, const char *bytes,
		    size_t len)
{
	bool keep = true;

	if (connection->closing)
		return;
	if (!append(connection, bytes, len)) {
		keep = false;
	} else if (!lws_remaining_packet_payload(connection->wsi) &&
		   lws_is_final_fragment(connection->wsi)) {
		keep = hub_receive(connection->server->hub, &connection->guest,
				   connection->message, connection->len,
				   signal_now());
		forget_message(connection);
	}
	if (!keep)
		close_soon(connection, LWS_CLOSE_STATUS_POLICY_VIOLATION);
}

static int on_event(struct lws *wsi, enum lws_callback_reasons reason,
		    void *user, void *in, size_t len)
{
	struct connection *connection = user;

	switch (reason) {
	case LWS_CALLBACK_HTTP:
		lws_return_http_status(wsi, HTTP_STATUS_BAD_REQUEST, NULL);
		return -1;
	case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE: return admit(wsi);
	case LWS_CALLBACK_ESTABLISHED: open_connection(wsi, connection); break;
	case LWS_CALLBACK_RECEIVE: receive(connection, in, len); break;
	case LWS_CALLBACK_SERVER_WRITEABLE: return write_next(connection);
	case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
		return connection->is_close_sent;
	case LWS_CALLBACK_CLOSED: close_connection(connection); break;
	default: return lws_callback_http_dummy(wsi, reason, user, in, len);
	}
	return 0;
}

/* --- the server ----------------------------------------------------------- */

static void on_readable(uv_poll_t *poll, int status, int events)
{
	struct signal_server *server = poll->data;

	(void)status;
	(void)events;
	for (int i = 0; i < ACCEPTED_AT_ONCE; i++) {
		int fd = accept4(server->listener, NULL, NULL,
				 SOCK_NONBLOCK | SOCK_CLOEXEC);

		/* Without descriptors clients wait in the backlog. */
		if (fd < 0)
			return;
		lws_adopt_socket_vhost(server->vhost, fd);
	}
}

static void on_log(int level, const char *line)
{
	(void)level;
	log_warning("libwebsockets: %.*s", (int)strcspn(line, "\n"), line);
}

/* No pings: the library's timers are a list that each new one walks along, and
 * who is silent the hub sends away. */
static const lws_retry_bo_t no_pings;

static struct lws_context *make_context(uv_loop_t *loop,
					struct signal_server *server)
{
	void *loops[] = { loop };
	struct lws_context_creation_info info = {
		.port = CONTEXT_PORT_NO_LISTEN_SERVER,
		.options = LWS_SERVER_OPTION_LIBUV |
			   LWS_SERVER_OPTION_EXPLICIT_VHOSTS |
			   LWS_SERVER_OPTION_DISABLE_OS_CA_CERTS,
		.foreign_loops = loops,
		.user = server,
		.timeout_secs = HANDSHAKE_SECONDS,
		.retry_and_idle_policy = &no_pings,
	};

	lws_set_log_level(LLL_ERR, on_log);
	return lws_create_context(&info);
}

static struct lws_vhost *make_vhost(struct lws_context *context)
{
	static const struct lws_protocols protocols[] = {
		{ .name = "webtorrent",
		  .callback = on_event,
		  .per_session_data_size = sizeof(struct connection),
		  .rx_buffer_size = READ_BYTES },
		{ 0 },
	};
	struct lws_context_creation_info info = {
		.port = CONTEXT_PORT_NO_LISTEN_SERVER,
		.protocols = protocols,
		.vhost_name = "signal",
		.retry_and_idle_policy = &no_pings,
		.timeout_secs = HANDSHAKE_SECONDS,
	};

	return lws_create_vhost(context, &info);
}

struct signal_server *signal_server_new(uv_loop_t *loop, struct hub *hub,
					int listener)
{
	struct signal_server *server = calloc(1, sizeof(*server));

	if (!server)
		BUG("no memory for a server");
	server->hub = hub;
	server->listener = listener;
	if (fcntl(listener, F_SETFL, O_NONBLOCK))
		log_warning("the listening socket: %m");
	server->context = make_context(loop, server);
	if (server->context)
		server->vhost = make_vhost(server->context);
	if (!server->vhost || uv_poll_init(loop, &server->readable, listener)) {
		signal_server_free(server);
		return NULL;
	}
	server->readable.data = server;
	return server;
}

void signal_server_listen(struct signal_server *server)
{
	if (!server->is_listening)
		uv_poll_start(&server->readable, UV_READABLE, on_readable);
	server->is_listening = true;
}

void signal_server_drain(struct signal_server *server)
{
	struct guest *guest;

	uv_poll_stop(&server->readable);
	LIST_FOREACH(guest, &server->hub->guests, of_hub)
	{
		close_soon(guest->link, LWS_CLOSE_STATUS_GOINGAWAY);
	}
}

void signal_server_free(struct signal_server *server)
{
	if (server->context)
		lws_context_destroy(server->context);
	free(server);
}
