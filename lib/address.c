/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "bug.h"

static const struct address_range special[] = {
	{ AF_INET, { 0 }, 8 }, /* "this network", RFC 791 */
	{ AF_INET, { 10 }, 8 }, /* private, RFC 1918 */
	{ AF_INET, { 100, 64 }, 10 }, /* carriers' NAT, RFC 6598 */
	{ AF_INET, { 127 }, 8 }, /* loopback */
	{ AF_INET, { 169, 254 }, 16 }, /* link-local; clouds' metadata */
	{ AF_INET, { 172, 16 }, 12 }, /* private */
	{ AF_INET, { 192, 0, 0 }, 24 }, /* protocols, RFC 6890 */
	{ AF_INET, { 192, 0, 2 }, 24 }, /* documentation, RFC 5737 */
	{ AF_INET, { 192, 88, 99 }, 24 }, /* 6to4 relays, RFC 7526 */
	{ AF_INET, { 192, 168 }, 16 }, /* private */
	{ AF_INET, { 198, 18 }, 15 }, /* benchmarks, RFC 2544 */
	{ AF_INET, { 198, 51, 100 }, 24 }, /* documentation */
	{ AF_INET, { 203, 0, 113 }, 24 }, /* documentation */
	{ AF_INET, { 224 }, 3 }, /* multicast, reserved, broadcast */
	{ AF_INET6, { 0x20, 0x01 }, 23 }, /* protocols, Teredo */
	{ AF_INET6, { 0x20, 0x01, 0x0d, 0xb8 }, 32 }, /* documentation */
	{ AF_INET6, { 0x20, 0x02 }, 16 }, /* 6to4: an IPv4 inside */
	{ AF_INET6, { 0x3f, 0xff }, 20 }, /* documentation, RFC 9637 */
	{ AF_INET6, { 0x26, 0x20, 0, 0x4f, 0x80 }, 48 }, /* AS112 */
};

static const struct address_range unicast = { AF_INET6, { 0x20 }, 3 };

/* The address's bytes and their number; NULL for other families. */
static const uint8_t *bytes_of(const struct sockaddr *address, int *len)
{
	const void *any = address;

	if (address->sa_family == AF_INET) {
		const struct sockaddr_in *in = any;

		*len = 4;
		return (const void *)&in->sin_addr;
	}
	if (address->sa_family == AF_INET6) {
		const struct sockaddr_in6 *in = any;

		*len = 16;
		return (const void *)&in->sin6_addr;
	}
	return NULL;
}

bool address_in_range(const struct sockaddr *address,
		      const struct address_range *range)
{
	int len;
	const uint8_t *bytes = bytes_of(address, &len);
	int whole = range->bits / 8;
	unsigned mask = 0xffu << (8 - range->bits % 8) & 0xff;

	if (!bytes || address->sa_family != range->family)
		return false;
	if (memcmp(bytes, range->bytes, (size_t)whole))
		return false;
	return !mask || !((bytes[whole] ^ range->bytes[whole]) & mask);
}

bool address_is_public(const struct sockaddr *address)
{
	if (address->sa_family != AF_INET &&
	    !address_in_range(address, &unicast))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(special); i++)
		if (address_in_range(address, &special[i]))
			return false;
	return true;
}

/* The number of bits behind the slash, or -1. */
static int parse_bits(const char *text, int most)
{
	int bits = 0;

	if (!*text || strlen(text) > 3 || text[strspn(text, "0123456789")])
		return -1;
	for (; *text; text++)
		bits = 10 * bits + (*text - '0');
	return bits <= most ? bits : -1;
}

bool address_range_parse(struct address_range *range, const char *text,
			 size_t len)
{
	char copy[INET6_ADDRSTRLEN + 8], *slash;
	char *host = copy;
	int most;

	if (len >= sizeof(copy))
		return false;
	memcpy(copy, text, len);
	copy[len] = '\0';
	*range = (struct address_range){ .family = AF_INET };
	slash = strchr(copy, '/');
	if (slash)
		*slash++ = '\0';
	if (*host == '[' && host[strlen(host) - 1] == ']') {
		host[strlen(host) - 1] = '\0';
		host++;
	}
	if (strchr(host, ':'))
		range->family = AF_INET6;
	most = range->family == AF_INET ? 32 : 128;
	range->bits = slash ? parse_bits(slash, most) : most;
	return range->bits >= 0 &&
	       inet_pton(range->family, host, range->bytes) == 1;
}
