/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * cardume.conf(5): what a program must know before it can reach the database.
 * All else an admin may change is in the table `setting`.
 */
#ifndef CARDUME_CONF_H
#define CARDUME_CONF_H

#include <stdbool.h>
#include <stddef.h>

struct conf {
	const char *origin; /* "https://video.example", no slash */
	const char *database; /* libpq conninfo without user= */
	const char *media_dir; /* public/ private/ incoming/ work/ */
	const char *secret_file; /* >= 32 random bytes, mode 0640 */
	const char *wake_dir; /* datagram sockets of the workers */
	const char *log_dir; /* of our logs, for admins; empty: the journal */
	const char *tracker_whitelist; /* opentracker's access.whitelist */
	const char *tracker_pid_file; /* who gets SIGHUP; empty: nobody */
	const char *ffmpeg; /* path of the program */
	const char *probe; /* path of cardume-probe */
	const char *sandbox; /* "bwrap" or "none" */
	const char *smtp_url; /* smtp://HOST[:PORT] or smtps://; empty: none */
	const char *smtp_user; /* empty: the server wants none */
	const char *smtp_password_file; /* its first line */
	const char *smtp_tls; /* "require", "try" or "none" */
	const char *mail_from; /* the address mails come from */
	const char *allow_private_addresses; /* see lib/fetch_policy.h */
	const char *fetch_resolve; /* host:port:address, ... */
	const char *fetch_ca_file; /* PEM; empty: the system's */
	int tracker_port; /* HTTP and UDP port of opentracker */
	int tracker_udp; /* 0: torrents do not name it by UDP */
	int signal_sockets; /* clients of cardume-signal at once */
	int signal_address_sockets; /* of one address */
	int stalled_seconds; /* FFmpeg without progress is ended */
	int request_limit; /* requests until a program exits */
	int min_free_megabytes; /* uploads stop below it */
};

/*
 * Reads `path`, or, when NULL, $CARDUME_CONF, or
 * SYSCONFDIR/cardume/cardume.conf.
 * Complains on standard error and exits with 78 (EX_CONFIG) when the file is
 * missing, has an unknown key or a bad value. The result lives for ever.
 */
const struct conf *conf_load(const char *path);

#endif
