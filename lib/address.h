/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Addresses of the internet: which are public (IANA's special-purpose
 * registries, RFC 6890), and ranges as people write them.
 */
#ifndef CARDUME_ADDRESS_H
#define CARDUME_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/*
 * True for what anybody may be sent to by a stranger. IPv4: all but the
 * special ranges, multicast and above. IPv6: 2000::/3 alone, without what is
 * for documentation, tunnels or tests; so no IPv4 in IPv6's clothes. Other
 * families are not public.
 */
bool address_is_public(const struct sockaddr *address);

struct address_range {
	int family; /* AF_INET, AF_INET6 */
	uint8_t bytes[16]; /* in network's order */
	int bits; /* how many of them count */
};

/* "127.0.0.0/8", "fd00::/8", "192.0.2.1", "[::1]"; false for anything else. */
bool address_range_parse(struct address_range *range, const char *text,
			 size_t len);
bool address_in_range(const struct sockaddr *address,
		      const struct address_range *range);

#endif
