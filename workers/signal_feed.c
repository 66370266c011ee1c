/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "signal_feed.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bug.h"
#include "log.h"

int signal_feed_start(const struct conf *conf)
{
	pid_t parent = getpid();
	int pair[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		BUG("no pair of sockets: %m");
	pid = fork();
	if (pid < 0)
		BUG("no process for the feed: %m");
	if (pid) {
		close(pair[1]);
		return pair[0];
	}
	close(pair[0]);
	close(STDIN_FILENO);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() == parent)
		signal_feed_serve(conf, pair[1]);
	_exit(0);
}

static bool is_whole(const struct signal_packet *packet, ssize_t len)
{
	size_t head = offsetof(struct signal_packet, hashes);

	return len >= (ssize_t)head && packet->nr <= SIGNAL_PACKET_HASHES &&
	       (size_t)len == head + packet->nr * SWARM_ID_BYTES;
}

static void add(struct hub *hub, const struct signal_packet *packet)
{
	for (uint32_t i = 0; i < packet->nr; i++)
		if (!signal_list_add(&hub->list, packet->video,
				     packet->hashes[i]))
			log_warning("more than %zu swarms: some are refused",
				    SIGNAL_LIST_HASHES);
}

static void apply(struct hub *hub, const struct signal_packet *packet)
{
	switch ((enum signal_packet_kind)packet->kind) {
	case SIGNAL_PACKET_ALL: signal_list_begin(&hub->list, true); break;
	case SIGNAL_PACKET_CHANGES: signal_list_begin(&hub->list, false); break;
	case SIGNAL_PACKET_DROP:
		signal_list_drop(&hub->list, packet->video);
		break;
	case SIGNAL_PACKET_ADD: add(hub, packet); break;
	case SIGNAL_PACKET_END:
		signal_list_end(&hub->list);
		hub_relist(hub);
		break;
	}
}

bool signal_feed_read(int fd, struct hub *hub, bool *is_listed)
{
	struct signal_packet packet;

	/* Viewers have their turn in between. */
	for (int i = 0; i < 1000; i++) {
		ssize_t len = recv(fd, &packet, sizeof(packet), MSG_DONTWAIT);

		if (len < 0)
			return errno == EAGAIN || errno == EINTR;
		if (!len)
			return false;
		if (!is_whole(&packet, len))
			BUG("a packet of %zd bytes", len);
		apply(hub, &packet);
		*is_listed |= packet.kind == SIGNAL_PACKET_END;
	}
	return true;
}

void signal_feed_tell(int fd, const struct signal_stats *stats)
{
	if (send(fd, stats, sizeof(*stats), MSG_DONTWAIT | MSG_NOSIGNAL) < 0 &&
	    errno != EAGAIN)
		log_warning("counts are not told: %m");
}
