/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Datagrams that tell workers on this machine that there is something to do:
 * each has a socket NAME.PID.sock in the directory conf->wake_dir. They may be
 * lost; workers look for themselves now and then.
 */
#ifndef CARDUME_WAKE_H
#define CARDUME_WAKE_H

#include <stdbool.h>
#include <sys/un.h>

/* To each worker of this name. */
void wake_send(const char *directory, const char *name);

struct wake {
	int fd; /* readable when somebody has sent; -1: closed */
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
};

/* False: there is none, and the log says why. */
bool wake_open(struct wake *wake, const char *directory, const char *name);
/* Takes all that has come. */
void wake_drain(const struct wake *wake);
void wake_close(struct wake *wake);

#endif
