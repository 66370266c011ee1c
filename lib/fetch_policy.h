/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Whom fetch() may ask. In production https:// on port 443 at public
 * addresses; `allow_private_addresses` of cardume.conf(5) opens more, for
 * tests. Its items, divided by commas or blanks, are "loopback", an address,
 * a range (192.168.0.0/16), or a host as URLs name it, host[:port].
 */
#ifndef CARDUME_FETCH_POLICY_H
#define CARDUME_FETCH_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#include "conf.h"
#include "url.h"

/* NULL, or why this URL is not asked for. */
const char *fetch_policy_url(const struct conf *conf, const struct url *url);

/* The address that is about to be dialled for the URL's host. */
bool fetch_policy_address(const struct conf *conf, const struct url *url,
			  const struct sockaddr *address);

/* The host stands for no place of the internet: localhost, 127.x, ::1, or
 * below .localhost or .test (RFC 6761). */
bool fetch_policy_is_local(const struct url *url);

/* The next item of a list, and its length; NULL at its end. */
const char *fetch_policy_item(const char **list, size_t *len);

#endif
