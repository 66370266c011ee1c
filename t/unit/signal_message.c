/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Names of swarms, and the messages of cardume-signal: good ones, and each kind
 * of bad one. */
#include "../../workers/signal_message.h"

#include <stdlib.h>

#include "bug.h"
#include "tap.h"

static struct arena *arena;
static struct signal_message message;
static const char *why;

#define HASH "aaaaaaaaaaaaaaaaaaaa"
#define ANNOUNCE "{\"action\":\"announce\",\"info_hash\":\""
#define PEER "bbbbbbbbbbbbbbbbbbbb"
#define OFFER \
	"{\"offer\":{\"type\":\"offer\",\"sdp\":\"x\"}," \
	"\"offer_id\":\"cccccccccccccccccccc\"}"

static void is_id(const uint8_t id[SWARM_ID_BYTES], const char *expected)
{
	char text[SWARM_ID_BYTES + 1] = "";

	memcpy(text, id, SWARM_ID_BYTES);
	is(text, expected, expected);
}

/* The vectors of reference p2p.md 3.3: a live browser's and the library's. */
static void test_ids(void)
{
	static const char uuid[] = "9c9de5e8-0a1e-484a-b099-e80766180a6d";
	static const uint8_t old[] = { 0xd6, 0x41, 0x54, 0xee, 0x23, 0xc9, 0x82,
				       0x85, 0x39, 0x96, 0x21, 0x74, 0x4d, 0x7f,
				       0x51, 0xd8, 0xe6, 0x46, 0x31, 0x27 };
	char url[200];
	uint8_t id[SWARM_ID_BYTES];

	snprintf(url, sizeof(url),
		 "https://example.com/static/streaming-playlists/hls/%s/"
		 "abc-master.m3u8",
		 uuid);
	swarm_id_uuid(id, uuid, "main", "720");
	is_id(id, "FuGEr478XuVjbIYvey2c");
	swarm_id_uuid(id, uuid, "secondary", "default");
	is_id(id, "2fMq0WjAzTVvRhQPUpCi");
	swarm_id_uuid(id, uuid, "main", "default");
	is_id(id, "6TR+uObL4MIWn/cDDlR8");
	swarm_id_playlist(id, url, "main", 0);
	is_id(id, "w0afs0X/yaqpgeUKjf4U");
	swarm_id_playlist(id, url, "secondary", 0);
	is_id(id, "UXlnJEaw/0FPgO+PUmde");
	swarm_id_old(id, url, 0);
	ok(!memcmp(id, old, sizeof(old)), "the oldest kind");
}

static enum signal_reading read_text(const char *text, size_t len)
{
	arena_reset(arena);
	return signal_read(&message, arena, text, len, &why);
}

static enum signal_reading read_literal(const char *text)
{
	return read_text(text, strlen(text));
}

static void test_good(void)
{
	is_int(read_literal("{\"action\":\"announce\",\"info_hash\":\"" HASH
			    "\",\"peer_id\":\"" PEER "\",\"numwant\":5,"
			    "\"uploaded\":0,\"downloaded\":0,\"event\":"
			    "\"started\",\"offers\":[" OFFER "," OFFER "]}"),
	       SIGNAL_GOOD, "an announce");
	is_int(message.kind, SIGNAL_ANNOUNCE, "is one");
	is_int(message.nr_offers, 2, "with its offers");
	is(message.offers[1].json, "{\"type\":\"offer\",\"sdp\":\"x\"}",
	   "as they came");
	ok(!message.is_complete, "without left it wants something");
	ok(!memcmp(message.peer_id, PEER, SWARM_ID_BYTES), "its peer id");
	is_int(read_literal("{\"action\":\"announce\",\"info_hash\":\"" HASH
			    "\",\"peer_id\":\"" PEER "\",\"left\":0,"
			    "\"event\":\"stopped\",\"offers\":null}"),
	       SIGNAL_GOOD, "a stop");
	is_int(message.event, SIGNAL_STOPPED, "is one");
	ok(message.is_complete, "left nothing");
	is_int(read_literal("{\"action\":\"announce\",\"info_hash\":\"" HASH
			    "\",\"peer_id\":\"" PEER
			    "\",\"to_peer_id\":\"dddddddddddddddddddd\","
			    "\"answer\":{\"sdp\":\"y\"},"
			    "\"offer_id\":\"cccccccccccccccccccc\"}"),
	       SIGNAL_GOOD, "an answer");
	is_int(message.kind, SIGNAL_ANSWER, "is one");
	is(message.answer.json, "{\"sdp\":\"y\"}", "as it came");
	is_int(read_literal("{\"action\":\"scrape\",\"info_hash\":[\"" HASH
			    "\",\"" PEER "\"]}"),
	       SIGNAL_GOOD, "a scrape");
	is_int(message.nr_scraped, 2, "of two");
}

/* Every byte there is, in and out. */
static void test_bytes(void)
{
	for (int first = 0; first < 256; first += SWARM_ID_BYTES) {
		uint8_t id[SWARM_ID_BYTES];
		struct signal_counts counts = { 1, 2, 3 };
		struct buf out;

		arena_reset(arena);
		for (int i = 0; i < SWARM_ID_BYTES; i++)
			id[i] = (uint8_t)(first + i);
		out = buf_make(arena, 2000);
		signal_write_scrape_begin(&out);
		signal_write_scraped(&out, id, &counts);
		signal_write_scrape_end(&out);
		out = buf_make(arena, 2000);
		buf_str(&out, "{\"peer_id\":\"" PEER "\",\"x\":");
		signal_write_failure(&out, id, "a \"reason\"");
		/* The failure's own members are those of an announce. */
		ok(signal_read(&message, arena, strchr(out.data + 1, '{'),
			       strlen(strchr(out.data + 1, '{')),
			       &why) == SIGNAL_WRONG &&
			   !memcmp(message.info_hash, id, SWARM_ID_BYTES),
		   "bytes from %d on", first);
	}
}

static void test_wrong(void)
{
	static const char head[] =
		"{\"action\":\"announce\",\"info_hash\":\"" HASH "\",";
	static const char *const tails[] = {
		"\"peer_id\":\"short\"}",
		"\"peer_id\":\"bbbbbbbbbbbbbbbbbbbbb\"}",
		"\"peer_id\":\"bbbbbbbbbbbbbbbbbbb\\u0100\"}",
		"\"peer_id\":20}",
		"\"peer_id\":null}",
		"\"peer_id\":\"" PEER "\",\"offers\":{}}",
		"\"peer_id\":\"" PEER "\",\"offers\":[1]}",
		"\"peer_id\":\"" PEER "\",\"offers\":[{}]}",
		"\"peer_id\":\"" PEER "\",\"offers\":[{\"offer\":\"text\","
		"\"offer_id\":\"cccccccccccccccccccc\"}]}",
		"\"peer_id\":\"" PEER "\",\"offers\":[{\"offer\":{}}]}",
		"\"peer_id\":\"" PEER "\",\"answer\":{}}",
		"\"peer_id\":\"" PEER "\",\"answer\":[],\"to_peer_id\":\"" PEER
		"\",\"offer_id\":\"" PEER "\"}",
		"\"peer_id\":\"" PEER "\",\"answer\":{},\"to_peer_id\":\"" PEER
		"\"}",
	};

	for (size_t i = 0; i < ARRAY_LEN(tails); i++) {
		char text[500];

		snprintf(text, sizeof(text), "%s%s", head, tails[i]);
		is_int(read_literal(text), SIGNAL_WRONG, tails[i]);
		ok(why != NULL, "and it says why");
	}
}

static void test_garbage(void)
{
	static const char *const texts[] = {
		"",
		" ",
		"null",
		"1",
		"[]",
		"{}",
		"\"announce\"",
		"{\"action\":\"announce\"}",
		"{\"action\":\"announce\\u0000\",\"info_hash\":\"" HASH "\"}",
		"{\"action\\u0000\":\"announce\",\"info_hash\":\"" HASH "\"}",
		"{\"action\":\"join\",\"info_hash\":\"" HASH "\"}",
		"{\"action\":\"scrape\"}",
		"{\"action\":\"scrape\",\"info_hash\":\"x\"}",
		"{\"action\":\"scrape\",\"info_hash\":[\"x\"]}",
		"{\"action\":\"scrape\",\"info_hash\":{}}",
		ANNOUNCE "aaaaaaaaaaaaaaaaaaa\"}",
		ANNOUNCE "aaaaaaaaaaaaaaaaaaa\xc4"
			 "\x80\"}",
		ANNOUNCE "aaaaaaaaaaaaaaaaaaa\xff"
			 "\"}",
		"{\"action\":\"announce\",\"action\":\"scrape\","
		"\"info_hash\":\"" HASH "\"}",
		"{\"action\":\"announce\",\"info_hash\":\"" HASH "\"}x",
		"[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]",
		"{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":"
		"{\"a\":{\"a\":1}}}}}}}}}",
	};
	char *big = malloc(SIGNAL_MESSAGE_BYTES + 1);

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		is_int(read_literal(texts[i]), SIGNAL_GARBAGE, texts[i]);
	memset(big, ' ', SIGNAL_MESSAGE_BYTES + 1);
	is_int(read_text(big, SIGNAL_MESSAGE_BYTES + 1), SIGNAL_GARBAGE,
	       "a message that is too long");
	memset(big, '[', SIGNAL_MESSAGE_BYTES);
	is_int(read_text(big, SIGNAL_MESSAGE_BYTES), SIGNAL_GARBAGE,
	       "brackets all the way down");
	free(big);
}

/* A list of `nr` values between two texts. */
static enum signal_reading read_list(const char *head, const char *item, int nr)
{
	struct buf text;

	arena_reset(arena);
	text = buf_make(arena, SIGNAL_MESSAGE_BYTES);
	buf_str(&text, head);
	for (int i = 0; i < nr; i++)
		buf_printf(&text, "%s%s", i ? "," : "", item);
	buf_str(&text, "]}");
	return signal_read(&message, arena, text.data, text.len, &why);
}

static void test_limits(void)
{
	static const char announce[] =
		"{\"action\":\"announce\",\"info_hash\":"
		"\"" HASH "\",\"peer_id\":\"" PEER "\",\"offers\":[";
	static const char scrape[] = "{\"action\":\"scrape\",\"info_hash\":[";
	struct buf offer = buf_make(arena, SIGNAL_MESSAGE_BYTES);

	is_int(read_list(announce, OFFER, SIGNAL_OFFERS), SIGNAL_GOOD,
	       "as many offers as may be");
	is_int(read_list(announce, OFFER, SIGNAL_OFFERS + 1), SIGNAL_WRONG,
	       "one more");
	is_int(read_list(scrape, "\"" HASH "\"", SIGNAL_SCRAPED), SIGNAL_GOOD,
	       "as many swarms as may be");
	is_int(read_list(scrape, "\"" HASH "\"", SIGNAL_SCRAPED + 1),
	       SIGNAL_GARBAGE, "one more");
	arena_reset(arena);
	offer = buf_make(arena, SIGNAL_MESSAGE_BYTES);
	buf_str(&offer, announce);
	buf_str(&offer, "{\"offer_id\":\"" PEER "\",\"offer\":{\"sdp\":\"");
	while (offer.len < SIGNAL_SESSION_BYTES + 200)
		buf_char(&offer, 'x');
	buf_str(&offer, "\"}}]}");
	is_int(signal_read(&message, arena, offer.data, offer.len, &why),
	       SIGNAL_WRONG, "an offer that is too long");
}

int main(void)
{
	arena = arena_new(SIGNAL_ARENA_BYTES);
	test_ids();
	test_good();
	test_bytes();
	test_wrong();
	test_garbage();
	test_limits();
	arena_free(arena);
	return tap_done();
}
