/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "buf.h"
#include "hash.h"
#include "hex.h"
#include "random.h"
#include "shortid.h"
#include "tap.h"
#include "totp.h"
#include "url.h"
#include "utf8.h"

static void hex(void)
{
	uint8_t bytes[4] = { 0 };
	char text[9];

	ok(hex_decode(bytes, 4, "00fFA91e"), "hex of both cases");
	hex_encode(text, bytes, 4);
	is(text, "00ffa91e", "and back");
	ok(!hex_decode(bytes, 4, "00ffa91"), "a digit too few");
	ok(!hex_decode(bytes, 4, "00ffa91e0"), "a digit too many");
	ok(!hex_decode(bytes, 4, "00ffa91g"), "no digit");
}

/* Test vectors: RFC 6238, appendix B; RFC 4648. */
static void one_time_codes(void)
{
	const uint8_t *secret = (const uint8_t *)"12345678901234567890";
	char code[TOTP_DIGITS + 1];
	char typed[TOTP_BASE32];

	totp_code(code, secret, 59 / TOTP_SECONDS);
	is(code, "287082", "the code at second 59");
	totp_code(code, secret, 20000000000 / TOTP_SECONDS);
	is(code, "353130", "the code in the year 2603");
	ok(totp_find(secret, "287082", 59, 0) == 1, "found");
	ok(totp_find(secret, "287 082", 89, 0) == 1, "half a minute late");
	ok(totp_find(secret, "287082", 90 + 30, 0) == -1, "a minute late");
	ok(totp_find(secret, "287082", 59, 1) == -1, "not a second time");
	ok(totp_find(secret, "28708", 59, 0) == -1, "a digit too few");
	ok(totp_find(secret, "2870820", 59, 0) == -1, "a digit too many");
	totp_base32(typed, secret);
	is(typed, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "as one types it");
}

/* Test vectors: RFC 4231 case 2; FIPS 180 examples. */
static void hashes(void)
{
	uint8_t digest[SHA256_BYTES];
	char text[2 * SHA256_BYTES + 1];

	hash_sha256(digest, "abc", 3);
	hex_encode(text, digest, SHA256_BYTES);
	is(text,
	   "ba7816bf8f01cfea414140de5dae2223"
	   "b00361a396177a9cb410ff61f20015ad",
	   "SHA-256 of abc");
	hash_sha1(digest, "abc", 3);
	hex_encode(text, digest, SHA1_BYTES);
	is(text, "a9993e364706816aba3e25717850c26c9cd0d89d", "SHA-1 of abc");
	hash_hmac_sha256(digest, "Jefe", 4, "what do ya want for nothing?", 28);
	hex_encode(text, digest, SHA256_BYTES);
	is(text,
	   "5bdcc146bf60754e6a042426089575c7"
	   "5a003f089d2739839dec58b964ec3843",
	   "HMAC-SHA-256");
	ok(hash_equal("abc", "abd", 2) && !hash_equal("abc", "abd", 3),
	   "comparison in constant time");
}

static void uuids(void)
{
	uint8_t uuid[UUID_BYTES], other[UUID_BYTES];
	char text[UUID_SIZE];

	ok(uuid_parse(uuid, "9C9DE5E8-0a1e-484a-b099-e80766180a6d"), "a UUID");
	uuid_format(text, uuid);
	is(text, "9c9de5e8-0a1e-484a-b099-e80766180a6d", "and back");
	ok(!uuid_parse(uuid, "9c9de5e8-0a1e-484a-b099-e80766180a6"), "short");
	ok(!uuid_parse(uuid, "9c9de5e8-0a1e-484a-b099-e80766180a6d0"), "long");
	ok(!uuid_parse(uuid, "9c9de5e8-0a1e-484ab-099-e80766180a6d"),
	   "a dash out of place");
	ok(!uuid_parse(uuid, "9c9de5e8-0a1e-484a-b099-e80766180a6g"),
	   "no digit");
	uuid_random(uuid);
	uuid_random(other);
	uuid_format(text, uuid);
	ok(memcmp(uuid, other, sizeof(uuid)) != 0, "random ones differ");
	ok(text[14] == '4' && strchr("89ab", text[19]), "version 4");
}

static void shortid(const char *full, const char *expected)
{
	uint8_t uuid[UUID_BYTES], back[UUID_BYTES];
	char text[SHORTID_SIZE];

	uuid_parse(uuid, full);
	shortid_encode(text, uuid);
	is(text, expected, full);
	ok(shortid_decode(back, text) && !memcmp(uuid, back, sizeof(uuid)),
	   "and back");
}

static void shortids(void)
{
	uint8_t uuid[UUID_BYTES];

	/* As a PeerTube 8.0.1 had it in its Video object. */
	shortid("9c9de5e8-0a1e-484a-b099-e80766180a6d",
		"kkGMgK9ZtnKfYAgnEtQxbv");
	shortid("00000000-0000-0000-0000-000000000000",
		"1111111111111111111111");
	shortid("00000000-0000-0000-0000-00000000003a",
		"1111111111111111111121");
	shortid("ffffffff-ffff-ffff-ffff-ffffffffffff",
		"xBuEXKpA6iqZQK5Kf2TnkV");
	ok(!shortid_decode(uuid, "xBuEXKpA6iqZQK5Kf2TnkW"), "2^128");
	ok(!shortid_decode(uuid, "ZZZZZZZZZZZZZZZZZZZZZZ"), "58^22 - 1");
	ok(!shortid_decode(uuid, "111111111111111111111"), "too short");
	ok(!shortid_decode(uuid, "11111111111111111111111"), "too long");
	ok(!shortid_decode(uuid, "111111111111111111111O"),
	   "a letter that is not of the alphabet");
}

static void utf8(void)
{
	char bytes[5] = { 0 };

	ok(utf8_valid("a\0b\xc3\xa3\xe2\x82\xac\xf0\x9f\x90\x9f", 12),
	   "characters of 1 to 4 bytes");
	ok(!utf8_is_text("a\0b", 3), "NUL is no text");
	ok(!utf8_valid("12345678\xff", 9), "a bad byte behind ASCII");
	ok(!utf8_valid("\xc0\xaf", 2), "overlong, 2 bytes");
	ok(!utf8_valid("\xe0\x9f\xbf", 3), "overlong, 3 bytes");
	ok(!utf8_valid("\xf0\x8f\xbf\xbf", 4), "overlong, 4 bytes");
	ok(!utf8_valid("\xed\xa0\x80", 3), "a surrogate");
	ok(!utf8_valid("\xf4\x90\x80\x80", 4), "over U+10FFFF");
	ok(!utf8_valid("a\xe2\x82", 3), "cut off");
	ok(!utf8_valid("\x80", 1), "a lone continuation");
	is_int((long long)utf8_count("a\xc3\xa3\xe2\x82\xac", 6), 3, "count");
	is_int((long long)utf8_prefix("a\xc3\xa3\xe2\x82\xac", 6, 2), 3,
	       "two characters");
	is_int((long long)utf8_prefix("abc", 3, 5), 3, "all of a short text");
	ok(utf8_encode(bytes, 0x1f41f) == 4 &&
		   !strcmp(bytes, "\xf0\x9f\x90\x9f"),
	   "a fish encoded");
	memset(bytes, 0, sizeof(bytes));
	ok(utf8_encode(bytes, 0x20ac) == 3 && !strcmp(bytes, "\xe2\x82\xac"),
	   "a euro encoded");
	ok(utf8_encode(bytes, 'a') == 1 && bytes[0] == 'a', "an a encoded");
}

static struct arena *arena;

static const char *decode(const char *text, bool plus)
{
	return url_decode(arena, text, strlen(text), plus);
}

static const char *pairs(const char *text)
{
	struct url_form form = url_form(arena, text, strlen(text));
	struct buf out = buf_make(arena, 1000);
	const char *name, *value;

	while (url_form_next(&form, &name, &value))
		buf_printf(&out, "(%s|%s)", name, value);
	return form.is_bad ? "bad" : out.data;
}

static bool is_web(const char *text)
{
	return url_is_web(text, strlen(text));
}

static void urls(void)
{
	is(decode("a+b%20%C3%a3", false), "a+b \xc3\xa3", "a path");
	is(decode("a+b", true), "a b", "a form");
	is(decode("%00", false), NULL, "NUL is refused");
	is(decode("%C3", false), NULL, "so is bad UTF-8");
	is(decode("%c", false), NULL, "half an escape");
	is(decode("%zz", false), NULL, "no escape");
	is(pairs("a=1&&b=2=3&c&=d&e=%26+"), "(a|1)(b|2=3)(c|)(|d)(e|& )",
	   "pairs of a form");
	is(pairs(""), "", "an empty form");
	is(pairs("a=1&b=%"), "bad", "a bad form");
	ok(is_web("https://example.org"), "a host");
	ok(is_web("HTTP://example.org:80/a(b)?c#d"), "a whole URL");
	ok(is_web("https://ex\xc3\xa3mple.org/\xc3\xa3"), "not ASCII");
	ok(!is_web("javascript:alert(1)"), "no script");
	ok(!is_web("https:///a"), "no host");
	ok(!is_web("https://"), "nothing");
	ok(!is_web("https://user@example.org/"), "no user name");
	ok(!is_web("https://example.org:80@evil.org/"), "nor a hidden one");
	ok(!is_web("https://example.org\\@evil.org/"), "no backslash");
	ok(!is_web("https://a/\"onclick=x"), "no quote");
	ok(!is_web("https://a/\nb"), "no line break");
	ok(!is_web("//example.org"), "no scheme");
	ok(!is_web("https://[::1]/"), "no IPv6 literal");
}

int main(void)
{
	uint8_t bytes[64] = { 0 };
	int nr_zero = 0;

	arena = arena_new((size_t)1 << 20);
	random_bytes(bytes, sizeof(bytes));
	for (size_t i = 0; i < sizeof(bytes); i++)
		nr_zero += !bytes[i];
	ok(nr_zero < 16, "random bytes are not zeros");
	hex();
	hashes();
	one_time_codes();
	uuids();
	shortids();
	utf8();
	urls();
	arena_free(arena);
	return tap_done();
}
