/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What fetch() decides by: addresses, hosts of URLs, content types. */
#include <arpa/inet.h>
#include <stdlib.h>

#include "address.h"
#include "conf.h"
#include "content_type.h"
#include "fetch_policy.h"
#include "tap.h"
#include "url.h"

static struct arena *arena;

union any {
	struct sockaddr address;
	struct sockaddr_in four;
	struct sockaddr_in6 six;
};

static union any parse(const char *text)
{
	union any any = { 0 };

	if (inet_pton(AF_INET, text, &any.four.sin_addr) == 1)
		any.address.sa_family = AF_INET;
	else if (inet_pton(AF_INET6, text, &any.six.sin6_addr) == 1)
		any.address.sa_family = AF_INET6;
	return any;
}

/* The edges of each range, and their neighbours outside. */
static const char *const private[] = {
	"0.0.0.0",
	"0.255.255.255",
	"10.0.0.0",
	"10.255.255.255",
	"100.64.0.0",
	"100.127.255.255",
	"127.0.0.0",
	"127.0.0.1",
	"127.255.255.255",
	"169.254.0.0",
	"169.254.169.254",
	"169.254.255.255",
	"172.16.0.0",
	"172.31.255.255",
	"192.0.0.0",
	"192.0.0.255",
	"192.0.2.0",
	"192.0.2.255",
	"192.88.99.0",
	"192.88.99.255",
	"192.168.0.0",
	"192.168.255.255",
	"198.18.0.0",
	"198.19.255.255",
	"198.51.100.0",
	"198.51.100.255",
	"203.0.113.0",
	"203.0.113.255",
	"224.0.0.0",
	"239.255.255.255",
	"240.0.0.0",
	"255.255.255.255",
	"::",
	"::1",
	"::127.0.0.1",
	"::ffff:127.0.0.1",
	"::ffff:8.8.8.8",
	"::8.8.8.8",
	"64:ff9b::7f00:1",
	"64:ff9b:1::1",
	"100::1",
	"1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	"2001::",
	"2001:0:1::1",
	"2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
	"2001:db8::",
	"2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
	"2002::",
	"2002:7f00:1::1",
	"2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	"2620:4f:8000::",
	"2620:4f:8000:ffff:ffff:ffff:ffff:ffff",
	"3fff::",
	"3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff",
	"4000::",
	"5f00::1",
	"fc00::1",
	"fdff::1",
	"fe80::1",
	"febf::1",
	"fec0::1",
	"ff02::1",
	"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
};
static const char *const public[] = {
	"1.0.0.0",	  "9.255.255.255",
	"11.0.0.0",	  "100.63.255.255",
	"100.128.0.0",	  "126.255.255.255",
	"128.0.0.0",	  "169.253.255.255",
	"169.255.0.0",	  "172.15.255.255",
	"172.32.0.0",	  "191.255.255.255",
	"192.0.1.0",	  "192.0.1.255",
	"192.0.3.0",	  "192.88.98.255",
	"192.88.100.0",	  "192.167.255.255",
	"192.169.0.0",	  "198.17.255.255",
	"198.20.0.0",	  "198.51.99.255",
	"198.51.101.0",	  "203.0.112.255",
	"203.0.114.0",	  "223.255.255.255",
	"2000::",	  "2000:ffff::1",
	"2001:200::",	  "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff",
	"2001:db9::",	  "2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	"2003::",	  "2620:4f:7fff::1",
	"2620:4f:8001::", "2a00:1450::1",
	"3ffe:ffff::1",	  "3fff:1000::"
};

static void addresses(void)
{
	struct sockaddr local = { .sa_family = AF_UNIX };

	for (size_t i = 0; i < sizeof(private) / sizeof(*private); i++) {
		union any any = parse(private[i]);

		ok(any.address.sa_family && !address_is_public(&any.address),
		   "%s is private", private[i]);
	}
	for (size_t i = 0; i < sizeof(public) / sizeof(*public); i++) {
		union any any = parse(public[i]);

		ok(any.address.sa_family && address_is_public(&any.address),
		   "%s is public", public[i]);
	}
	ok(!address_is_public(&local), "a Unix socket is not public");
}

static bool is_range(const char *text)
{
	struct address_range range;

	return address_range_parse(&range, text, strlen(text));
}

static bool in_range(const char *address, const char *text)
{
	union any any = parse(address);
	struct address_range range;

	return address_range_parse(&range, text, strlen(text)) &&
	       address_in_range(&any.address, &range);
}

static void ranges(void)
{
	ok(in_range("10.9.9.9", "10.9.0.0/16"), "in a range");
	ok(!in_range("10.8.9.9", "10.9.0.0/16"), "not in it");
	ok(in_range("10.9.255.255", "10.8.0.0/15"), "15 bits");
	ok(in_range("8.8.8.8", "0.0.0.0/0"), "any address");
	ok(!in_range("::1", "0.0.0.0/0"), "of the other family");
	ok(in_range("127.0.0.1", "127.0.0.1"), "one address");
	ok(!in_range("127.0.0.2", "127.0.0.1"), "another");
	ok(in_range("fd00::7", "fd00::/8"), "IPv6");
	ok(in_range("::1", "[::1]") && in_range("::1", "::1/128"), "::1");
	ok(!is_range("10.0.0.0/33") && !is_range("::/129"), "too many bits");
	ok(!is_range("10.0.0.0/") && !is_range("10.0.0.0/-1"), "no bits");
	ok(!is_range("10.0.0.0/8x") && !is_range("10.0/8"), "malformed");
	ok(!is_range("") && !is_range("[") && !is_range("a.test"), "none");
	ok(!is_range("1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:"
		     "cccc:dddd/12"),
	   "too long");
}

static const char *host(const char *url)
{
	return url_host(arena, url);
}

static void hosts(void)
{
	is(host("https://Video.Example/a"), "video.example", "lower case");
	is(host("HTTPS://video.example:443"), "video.example", "443");
	is(host("http://video.example:80?a"), "video.example", "80");
	is(host("http://video.example:443#a"), "video.example:443",
	   "443 without TLS");
	is(host("https://video.example:08443/"), "video.example:8443", "8443");
	is(host("https://xn--bcher-kva.example/"), "xn--bcher-kva.example",
	   "A-labels");
	is(host("https://a_b.example/"), "a_b.example", "underscore");
	is(host("https://[2001:DB8:0:0::1]/"), "[2001:db8::1]", "IPv6");
	is(host("https://[::1]:8443/"), "[::1]:8443", "IPv6 and port");
	is(host("https://192.0.2.1/"), "192.0.2.1", "IPv4");
	is(host("https://localhost/"), "localhost", "one label");
	is(host("https://a.example/@user"), "a.example", "@ in the path");
	ok(url_same_host("https://A.example/1", "https://a.example:443/2"),
	   "same host");
	ok(!url_same_host("https://a.example", "https://a.example:444"),
	   "another port");
	ok(!url_same_host("https://a.example", "https://b.a.example"),
	   "a host below");
	ok(!url_same_host("https://", "https://"), "no hosts");
}

static const char *const bad_urls[] = {
	"",
	"https:",
	"https://",
	"https:///a",
	"https://:443/",
	"https://?a",
	"//a.example",
	"ftp://a.example",
	"file:///etc/passwd",
	"gopher://a.example",
	"javascript:alert(1)",
	"https:a.example",
	"https://user@a.example/",
	"https://a.example:x@b.example/",
	"https://@a.example/",
	"https://a.example./",
	"https://.a.example/",
	"https://a..example/",
	"https://a.example:/",
	"https://a.example:0/",
	"https://a.example:65536/",
	"https://a.example:4294967739/",
	"https://a.example:-1/",
	"https://a.example:44 3/",
	"https://a.example:443:443/",
	"https://a%2eexample/",
	"https://a.example\\@b.example/",
	"https://m\xc3\xbcnchen.example/",
	"https://\xe2\x91\xa0.example/",
	"https://a.example/a b",
	"https://a.example/\r\nHost: b.example",
	"https://a.example/\t",
	"https://a.example/\"",
	"https://a.example/<",
	"https://a.example/\x7f",
	" https://a.example/",
	"https://a,b.example/",
	"https://a!b.example/",
	"https://127.1/",
	"https://127.0.1/",
	"https://0x7f.1/",
	"https://0x7f000001/",
	"https://0177.0.0.1/",
	"https://2130706433/",
	"https://0/",
	"https://127.0.0.1.5/",
	"https://256.0.0.1/",
	"https://0X7F.0.0.1/",
	"https://a.example.0x1/",
	"https://a.0x/",
	"https://[::1/",
	"https://[::1]a/",
	"https://[]/",
	"https://[fe80::1%25eth0]/",
	"https://[v1.a]/",
	"https://::1/",
	"https://[127.0.0.1]/",
	"https://[::1]:/",
};

static void bad_hosts(void)
{
	struct url url;
	char text[URL_LEN_MAX + 2];

	for (size_t i = 0; i < sizeof(bad_urls) / sizeof(*bad_urls); i++)
		ok(!url_parse(&url, bad_urls[i]), "refused: %s", bad_urls[i]);
	memset(text, 'a', sizeof(text));
	memcpy(text, "https://a/", 10);
	text[URL_LEN_MAX + 1] = '\0';
	ok(!url_parse(&url, text), "too long");
	text[URL_LEN_MAX] = '\0';
	ok(url_parse(&url, text), "as long as may be");
	for (int i = 0; i < 8; i++)
		memcpy(text + 8 + 32 * i, "0123456789abcdef0123456789abcde.",
		       32);
	memcpy(text + 8 + 250, "com/", 5);
	ok(url_parse(&url, text), "a host of 253");
	memcpy(text + 8 + 250, "coma/", 6);
	ok(!url_parse(&url, text), "a host of 254");
	memset(text, 'a', sizeof(text));
	memcpy(text, "https://", 8);
	memcpy(text + 8 + 63, ".com", 5);
	ok(url_parse(&url, text), "a label of 63");
	memcpy(text + 8 + 63, "a.com", 6);
	ok(!url_parse(&url, text), "a label of 64");
}

static void asked(const char *text, const char *expected)
{
	char out[URL_SIZE];
	struct url url;

	if (ok(url_parse(&url, text), "%s", text)) {
		url_format(out, &url);
		is(out, expected, "as it is asked for");
	}
}

static void formatted(void)
{
	asked("HTTPS://A.example:443", "https://a.example/");
	asked("http://a.example:8080?x=1", "http://a.example:8080/?x=1");
	asked("https://a.example/B/../c?d#e", "https://a.example/B/../c?d");
	asked("https://a.example#e", "https://a.example/");
	asked("https://a.example/\xc3\xa3|^", "https://a.example/\xc3\xa3|^");
}

#define PROFILE "https://www.w3.org/ns/activitystreams"

static bool is_activity(const char *type)
{
	return content_type_is(type, content_type_activity);
}

static void content_types(void)
{
	char *much = malloc(100001);

	ok(is_activity("application/activity+json"), "ActivityPub's type");
	ok(is_activity("Application/Activity+JSON;charset=utf-8"), "a charset");
	ok(is_activity(" application/activity+json ; charset=\"utf-8\""),
	   "with blanks");
	ok(is_activity("application/ld+json; profile=\"" PROFILE "\""), "LD");
	ok(is_activity("application/ld+json;charset=utf-8;Profile=\"" PROFILE
		       "\""),
	   "behind a charset");
	ok(is_activity("application/ld+json; profile=\"urn:a " PROFILE "\""),
	   "one of two profiles");
	ok(is_activity("application/ld+json; profile=" PROFILE),
	   "without quotes");
	ok(!is_activity("application/ld+json"), "no profile");
	ok(!is_activity("application/ld+json; profile=\"" PROFILE),
	   "no end of it");
	ok(!is_activity("application/ld+json; profile=\"" PROFILE "x\""),
	   "another profile");
	ok(!is_activity("application/ld+json; a=\"; profile=" PROFILE "\""),
	   "within a string");
	ok(!is_activity("application/ld+json; xprofile=\"" PROFILE "\""),
	   "of another name");
	ok(!is_activity("application/json"), "plain JSON");
	ok(!is_activity("application/activity+jsonx"), "longer");
	ok(!is_activity("application/activity"), "shorter");
	ok(!is_activity("application/activity+json, text/html"), "a list");
	ok(!is_activity("application/activity+json text/html"), "two");
	ok(!is_activity("text/html; application/activity+json"), "hidden");
	ok(!is_activity("") && !is_activity(NULL), "none");
	ok(!is_activity(";") && !is_activity("; profile=\"" PROFILE "\""),
	   "parameters alone");
	ok(content_type_is("application/jrd+json", content_type_jrd) &&
		   content_type_is("application/json; charset=utf-8",
				   content_type_jrd),
	   "WebFinger's types");
	ok(!content_type_is("text/json", content_type_jrd), "not that");
	memset(much, ';', 100000);
	much[100000] = '\0';
	memcpy(much, "application/activity+json", 25);
	ok(!is_activity(much), "too long");
	much[511] = '\0';
	ok(is_activity(much), "many empty parameters");
	free(much);
}

static bool may_ask(const struct conf *conf, const char *text)
{
	struct url url;

	return url_parse(&url, text) && !fetch_policy_url(conf, &url);
}

static bool may_dial(const struct conf *conf, const char *text,
		     const char *address)
{
	union any any = parse(address);
	struct url url;

	return url_parse(&url, text) &&
	       fetch_policy_address(conf, &url, &any.address);
}

static void policy(void)
{
	struct conf conf = { .origin = "https://video.example",
			     .allow_private_addresses = "" };

	ok(may_ask(&conf, "https://a.example/x"), "https");
	ok(!may_ask(&conf, "http://a.example/x"), "no http");
	ok(!may_ask(&conf, "https://a.example:8443/"), "no other port");
	ok(!may_ask(&conf, "https://Video.example:443/"), "not ourselves");
	ok(may_dial(&conf, "https://a.example", "1.2.3.4"), "public");
	ok(!may_dial(&conf, "https://a.example", "127.0.0.1"), "private");
	conf.allow_private_addresses = "loopback,10.1.0.0/16 b.test c.test:81";
	ok(may_ask(&conf, "http://a.example:81/"), "any port in tests");
	ok(may_dial(&conf, "https://a.example", "127.0.0.1"), "loopback");
	ok(may_dial(&conf, "https://a.example", "::1"), "loopback, IPv6");
	ok(may_dial(&conf, "https://a.example", "10.1.2.3"), "a range");
	ok(!may_dial(&conf, "https://a.example", "10.2.2.3"), "beside it");
	ok(may_dial(&conf, "https://b.test:99", "10.2.2.3"), "a host");
	ok(may_dial(&conf, "http://c.test:81", "10.2.2.3"), "host and port");
	ok(!may_dial(&conf, "http://c.test:82", "10.2.2.3"), "another port");
	ok(!may_dial(&conf, "http://c.test", "169.254.169.254"), "none");
}

static bool is_local(const char *text)
{
	struct url url;

	return url_parse(&url, text) && fetch_policy_is_local(&url);
}

static void local(void)
{
	ok(is_local("http://localhost:9000") && is_local("http://a.localhost"),
	   "localhost");
	ok(is_local("https://a.test") && is_local("http://test:81"), ".test");
	ok(is_local("http://127.9.9.9:1") && is_local("http://[::1]"),
	   "loopback");
	ok(!is_local("https://contest") && !is_local("https://a.test.example"),
	   "not quite .test");
	ok(!is_local("https://mylocalhost") && !is_local("https://1.2.3.4") &&
		   !is_local("https://[::2]"),
	   "others");
}

int main(void)
{
	arena = arena_new((size_t)1 << 20);
	addresses();
	ranges();
	hosts();
	bad_hosts();
	formatted();
	content_types();
	policy();
	local();
	arena_free(arena);
	return tap_done();
}
