/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "fetch_policy.h"

#include <string.h>

#include "address.h"

#define DIVIDERS ", \t"

const char *fetch_policy_item(const char **list, size_t *len)
{
	const char *item = *list + strspn(*list, DIVIDERS);

	*len = strcspn(item, DIVIDERS);
	*list = item + *len;
	return *len ? item : NULL;
}

static bool is_item(const char *item, size_t len, const char *text)
{
	return len == strlen(text) && !memcmp(item, text, len);
}

const char *fetch_policy_url(const struct conf *conf, const struct url *url)
{
	struct url ours;

	if (url_parse(&ours, conf->origin) && !strcmp(ours.host, url->host))
		return "it is our own: the database knows";
	if (*conf->allow_private_addresses)
		return NULL;
	if (!url->is_https)
		return "it is not https";
	return url->port == 443 ? NULL : "its port is not 443";
}

static bool is_loopback(const struct sockaddr *address)
{
	static const struct address_range four = { AF_INET, { 127 }, 8 };
	static const struct address_range six = { AF_INET6, { [15] = 1 }, 128 };

	return address_in_range(address, &four) ||
	       address_in_range(address, &six);
}

/* The item is the URL's host, with its port or without. */
static bool is_host(const struct url *url, const char *item, size_t len)
{
	return is_item(item, len, url->host) ||
	       (len == url->name_len && !memcmp(item, url->host, len));
}

bool fetch_policy_address(const struct conf *conf, const struct url *url,
			  const struct sockaddr *address)
{
	const char *list = conf->allow_private_addresses;
	struct address_range range;
	const char *item;
	size_t len;

	if (address_is_public(address))
		return true;
	while ((item = fetch_policy_item(&list, &len)))
		if (is_item(item, len, "loopback") ?
			    is_loopback(address) :
			    is_host(url, item, len) ||
				    (address_range_parse(&range, item, len) &&
				     address_in_range(address, &range)))
			return true;
	return false;
}

static bool ends_with(const struct url *url, const char *end)
{
	size_t len = strlen(end);

	return url->name_len >= len &&
	       !memcmp(url->host + url->name_len - len, end, len) &&
	       (url->name_len == len ||
		url->host[url->name_len - len - 1] == '.');
}

bool fetch_policy_is_local(const struct url *url)
{
	struct address_range loopback = { 0 };

	if (ends_with(url, "localhost") || ends_with(url, "test"))
		return true;
	return address_range_parse(&loopback, url->host, url->name_len) &&
	       (loopback.family == AF_INET ?
			loopback.bytes[0] == 127 :
			!memcmp(loopback.bytes, (uint8_t[16]){ [15] = 1 }, 16));
}
