/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Swarms and their limits, without sockets. */
#include "../../workers/signal_hub.h"

#include <stdlib.h>

#include "bug.h"
#include "tap.h"

static struct hub hub;
static int64_t now = 1000000;

/* A client: what it was sent last, and how often. */
struct client {
	struct guest guest;
	char id; /* of which its peer id is made */
	char last[20000];
	int nr_sent;
	bool is_closed;
	bool is_slow;
};

static bool on_send(void *link, const char *text, size_t len)
{
	struct client *client = link;

	if (client->is_slow)
		return false;
	snprintf(client->last, sizeof(client->last), "%.*s", (int)len, text);
	client->nr_sent++;
	return true;
}

static void on_close(void *link)
{
	((struct client *)link)->is_closed = true;
}

static void id_of(char text[SWARM_ID_BYTES + 1], char c)
{
	memset(text, c, SWARM_ID_BYTES);
	text[SWARM_ID_BYTES] = '\0';
}

static void list(const char *letters)
{
	signal_list_begin(&hub.list, true);
	for (; *letters; letters++) {
		char hash[SWARM_ID_BYTES + 1];

		id_of(hash, *letters);
		signal_list_add(&hub.list, *letters, (uint8_t *)hash);
	}
	signal_list_end(&hub.list);
	hub_relist(&hub);
}

static struct client *enter(char id, const char *address)
{
	struct client *client = calloc(1, sizeof(*client));

	if (!client)
		BUG("no memory");
	client->id = id;
	hub_enter(&hub, &client->guest, client, address, now);
	return client;
}

static void leave(struct client *client)
{
	hub_leave(&hub, &client->guest);
	free(client);
}

static bool say(struct client *client, const char *text)
{
	return hub_receive(&hub, &client->guest, text, strlen(text), now);
}

/* An announce with offers, with what else is in `more` (",\"left\":0"). */
static bool announce(struct client *client, char swarm, int offers,
		     const char *more)
{
	char text[8000];
	char hash[SWARM_ID_BYTES + 1];
	char peer[SWARM_ID_BYTES + 1];
	int len;

	id_of(hash, swarm);
	id_of(peer, client->id);
	len = snprintf(text, sizeof(text),
		       "{\"action\":\"announce\",\"info_hash\":\"%s\","
		       "\"peer_id\":\"%s\"%s,\"offers\":[",
		       hash, peer, more);
	for (int i = 0; i < offers; i++)
		len += snprintf(text + len, sizeof(text) - (size_t)len,
				"%s{\"offer\":{\"sdp\":\"%d\"},\"offer_id\":"
				"\"oooooooooooooooooooo\"}",
				i ? "," : "", i);
	snprintf(text + len, sizeof(text) - (size_t)len, "]}");
	return say(client, text);
}

static bool answer(struct client *client, char swarm, char to)
{
	char text[1000];
	char hash[SWARM_ID_BYTES + 1];
	char peer[SWARM_ID_BYTES + 1];
	char target[SWARM_ID_BYTES + 1];

	id_of(hash, swarm);
	id_of(peer, client->id);
	id_of(target, to);
	snprintf(text, sizeof(text),
		 "{\"action\":\"announce\",\"info_hash\":\"%s\",\"peer_id\":"
		 "\"%s\",\"to_peer_id\":\"%s\",\"answer\":{\"sdp\":\"yes\"},"
		 "\"offer_id\":\"oooooooooooooooooooo\"}",
		 hash, peer, target);
	return say(client, text);
}

static void test_two(void)
{
	struct client *a = enter('a', "192.0.2.1");
	struct client *b = enter('b', "192.0.2.2");

	ok(announce(a, 'S', 2, ""), "the first one comes");
	is(a->last,
	   "{\"action\":\"announce\",\"info_hash\":\"SSSSSSSSSSSSSSSSSSSS\","
	   "\"interval\":120,\"complete\":0,\"incomplete\":1}",
	   "and is alone");
	is_int(a->nr_sent, 1, "its offers go to nobody");
	announce(b, 'S', 5, ",\"left\":0");
	is(b->last,
	   "{\"action\":\"announce\",\"info_hash\":\"SSSSSSSSSSSSSSSSSSSS\","
	   "\"interval\":120,\"complete\":1,\"incomplete\":1}",
	   "the second one has all");
	is(a->last,
	   "{\"action\":\"announce\",\"info_hash\":\"SSSSSSSSSSSSSSSSSSSS\","
	   "\"peer_id\":\"bbbbbbbbbbbbbbbbbbbb\",\"offer_id\":"
	   "\"oooooooooooooooooooo\",\"offer\":{\"sdp\":\"0\"}}",
	   "its offer is handed on");
	is_int(a->nr_sent, 2, "once");
	answer(a, 'S', 'b');
	is(b->last,
	   "{\"action\":\"announce\",\"info_hash\":\"SSSSSSSSSSSSSSSSSSSS\","
	   "\"peer_id\":\"aaaaaaaaaaaaaaaaaaaa\",\"offer_id\":"
	   "\"oooooooooooooooooooo\",\"answer\":{\"sdp\":\"yes\"}}",
	   "and the answer");
	is_int(a->nr_sent, 2, "which nobody answers");
	answer(a, 'S', 'x');
	answer(a, 'S', 'a');
	is_int(a->nr_sent + b->nr_sent, 4, "to whom is not there: to nobody");
	say(a, "{\"action\":\"scrape\",\"info_hash\":[\"SSSSSSSSSSSSSSSSSSSS\","
	       "\"XXXXXXXXXXXXXXXXXXXX\"]}");
	is(a->last,
	   "{\"action\":\"scrape\",\"files\":{\"SSSSSSSSSSSSSSSSSSSS\":"
	   "{\"complete\":1,\"incomplete\":1,\"downloaded\":0}}}",
	   "a scrape knows what is listed");
	announce(a, 'S', 0, ",\"event\":\"completed\"");
	is_int((long long)hub.stats.peers, 2, "two peers");
	announce(a, 'S', 3, ",\"event\":\"stopped\"");
	is_int((long long)hub.stats.peers, 1, "who stops is gone");
	is_int(b->nr_sent, 2, "and offers nothing");
	leave(b);
	is_int((long long)hub.stats.swarms, 0,
	       "a swarm ends with its last one");
	leave(a);
}

static void test_unlisted(void)
{
	struct client *a = enter('a', "192.0.2.1");
	struct client *b = enter('b', "192.0.2.2");
	int nr = 0;

	ok(announce(a, 'P', 1, ""), "a swarm that is not listed");
	is(a->last,
	   "{\"action\":\"announce\",\"info_hash\":\"PPPPPPPPPPPPPPPPPPPP\","
	   "\"failure reason\":\"This video is not shared here.\"}",
	   "is refused, and told so by its name");
	is_int((long long)hub.stats.peers, 0, "there is none");
	announce(a, 'S', 0, "");
	announce(b, 'S', 0, "");
	announce(b, 'T', 0, "");
	list("T");
	ok(strstr(a->last, "SSSSSSSSSSSSSSSSSSSS\",\"failure reason"),
	   "what is listed no longer ends");
	ok(strstr(b->last, "SSSSSSSSSSSSSSSSSSSS\",\"failure reason"),
	   "for all in it");
	is_int((long long)hub.stats.peers, 1, "the others stay");
	while (nr < 200 && announce(a, 'S', 0, ""))
		nr++;
	ok(nr > 40 && nr < 100, "a few are forgiven (%d)", nr);
	ok(!hub_admits(&hub, "192.0.2.1", now), "then its address is blocked");
	ok(hub_admits(&hub, "192.0.2.2", now), "and no other");
	ok(hub_admits(&hub, "192.0.2.1", now + 200 * 1000), "for minutes");
	list("ST");
	leave(a);
	leave(b);
}

static void test_bad(void)
{
	struct client *a = enter('a', "192.0.2.3");

	ok(!say(a, "nonsense"), "nonsense ends a socket");
	ok(!say(a, "{\"action\":\"scrape\"}"), "and to ask for all there is");
	ok(say(a, "{\"action\":\"announce\",\"info_hash\":"
		  "\"SSSSSSSSSSSSSSSSSSSS\",\"peer_id\":1}"),
	   "a mistake does not");
	is(a->last,
	   "{\"action\":\"announce\",\"info_hash\":\"SSSSSSSSSSSSSSSSSSSS\","
	   "\"failure reason\":\"bad peer_id\"}",
	   "and is told");
	leave(a);
}

static void test_peer_ids(void)
{
	struct client *a = enter('a', "192.0.2.3");
	struct client *again = enter('a', "192.0.2.4");
	struct client *b = enter('b', "192.0.2.5");

	announce(a, 'S', 0, "");
	announce(again, 'S', 0, "");
	is_int((long long)hub.stats.peers, 1,
	       "who comes back before the old socket ends is one");
	announce(b, 'S', 0, "");
	answer(b, 'S', 'a');
	is_int(a->nr_sent + again->nr_sent, 3, "and is spoken to");
	ok(strstr(again->last, "\"answer\""), "by the new socket");
	again->id = 'c';
	announce(again, 'S', 0, "");
	is_int((long long)hub.stats.peers, 2, "a new peer id is the same one");
	leave(a);
	leave(b);
	leave(again);
	is_int((long long)hub.stats.peers, 0, "none is left");
}

static void test_limits(void)
{
	static const char swarms[] = "ABCDEFGHIJKLMNOPQ";
	struct client *a = enter('a', "192.0.2.6");
	struct client *others[30];
	int nr = 0;

	list(swarms);
	for (const char *swarm = swarms; *swarm; swarm++)
		announce(a, *swarm, 0, "");
	is_int((long long)hub.stats.peers, SIGNAL_GUEST_SWARMS,
	       "swarms of a socket are limited");
	ok(strstr(a->last, "too many swarms"), "and it is told");
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		others[i] = enter((char)('0' + i), "192.0.2.7");
		announce(others[i], 'A', 0, "");
		nr -= others[i]->nr_sent;
	}
	nr -= a->nr_sent;
	announce(a, 'A', SIGNAL_OFFERS, "");
	nr += a->nr_sent;
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		nr += others[i]->nr_sent;
	is_int(nr, SIGNAL_FORWARDED + 1, "offers that are handed on too");
	others[0]->is_slow = true;
	answer(a, 'A', '0');
	is_int((long long)hub.stats.dropped, 1, "a slow one gets nothing");
	for (nr = 0; nr < 1000 && announce(a, 'A', 0, ""); nr++)
		;
	ok(nr > 100 && nr < 300, "messages of a socket at once (%d)", nr);
	now += 60000;
	ok(announce(a, 'A', 0, ""), "but not for ever");
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		leave(others[i]);
	leave(a);
	list("ST");
}

static void test_addresses(void)
{
	struct client *a[3];

	for (size_t i = 0; i < ARRAY_LEN(a); i++) {
		ok(hub_admits(&hub, "2001:db8:1:2::1", now), "socket %zu", i);
		a[i] = enter('a', "2001:db8:1:2::1");
	}
	ok(!hub_admits(&hub, "2001:db8:1:2:3:4:5:6", now),
	   "sockets of a network are limited");
	ok(hub_admits(&hub, "2001:db8:1:3::1", now), "not its neighbour's");
	ok(hub_admits(&hub, "nonsense", now), "nonsense is an address too");
	for (size_t i = 0; i < ARRAY_LEN(a); i++)
		leave(a[i]);
	now += 1000000;
	hub_sweep(&hub, now);
	is_int((long long)hub.addresses.nr, 0, "all are forgotten");
}

static void test_time(void)
{
	struct client *a = enter('a', "192.0.2.9");
	struct client *b = enter('b', "192.0.2.9");

	announce(a, 'S', 0, "");
	announce(b, 'S', 0, "");
	now += 2 * SIGNAL_INTERVAL * 1000;
	announce(b, 'S', 0, "");
	hub_sweep(&hub, now);
	is_int((long long)hub.stats.peers, 2, "a pause of two intervals");
	now += SIGNAL_INTERVAL * 1000 + 1000;
	hub_sweep(&hub, now);
	is_int((long long)hub.stats.peers, 1, "after three it is gone");
	ok(a->is_closed && !b->is_closed, "and its socket is to be closed");
	leave(a);
	leave(b);
}

/* Against a plain model: any order of changes leaves what was put last. */
static void test_list(void)
{
	enum { VIDEOS = 40, ROUNDS = 300 };
	int version[VIDEOS] = { 0 };
	int wrong = 0;

	srandom(1);
	signal_list_begin(&hub.list, true);
	signal_list_end(&hub.list);
	for (int round = 0; round < ROUNDS; round++) {
		int video = (int)(random() % VIDEOS);

		signal_list_begin(&hub.list, false);
		signal_list_drop(&hub.list, video + 1);
		version[video] = random() % 3 ? round + 1 : 0;
		for (int i = 0; version[video] && i < 50; i++) {
			char hash[SWARM_ID_BYTES + 1];

			snprintf(hash, sizeof(hash), "%06d%06d%08d", video,
				 version[video], i);
			signal_list_add(&hub.list, video + 1, (uint8_t *)hash);
		}
		signal_list_end(&hub.list);
	}
	for (int video = 0; video < VIDEOS; video++)
		for (int round = 1; round <= ROUNDS; round++) {
			char hash[SWARM_ID_BYTES + 1];

			snprintf(hash, sizeof(hash), "%06d%06d%08d", video,
				 round, round % 50);
			wrong += signal_list_has(&hub.list, (uint8_t *)hash) !=
				 (round == version[video]);
		}
	is_int(wrong, 0, "a list knows what was put last");
	list("ST");
}

static void test_same_hash(void)
{
	uint8_t hash[SWARM_ID_BYTES] = "same same same same";

	signal_list_begin(&hub.list, true);
	signal_list_add(&hub.list, 1, hash);
	signal_list_add(&hub.list, 2, hash);
	signal_list_end(&hub.list);
	signal_list_begin(&hub.list, false);
	signal_list_drop(&hub.list, 1);
	signal_list_end(&hub.list);
	ok(signal_list_has(&hub.list, hash), "two videos have one torrent");
	signal_list_begin(&hub.list, false);
	signal_list_drop(&hub.list, 2);
	signal_list_end(&hub.list);
	ok(!signal_list_has(&hub.list, hash), "until both are gone");
	list("ST");
}

/* Each member is as likely to be chosen as another. */
static void test_choice(void)
{
	struct client *clients[6];
	int before[6];

	for (int i = 0; i < 6; i++) {
		clients[i] = enter((char)('a' + i), "192.0.2.10");
		announce(clients[i], 'S', 0, "");
	}
	for (int i = 0; i < 6; i++)
		before[i] = clients[i]->nr_sent;
	for (int i = 0; i < 500; i++) {
		now += 1000;
		announce(clients[0], 'S', 2, "");
	}
	is_int(clients[0]->nr_sent - before[0], 500, "never to oneself");
	for (int i = 1; i < 6; i++) {
		int nr = clients[i]->nr_sent - before[i];

		ok(nr > 120 && nr < 280, "one of five: %d of 1000", nr);
	}
	for (int i = 0; i < 6; i++)
		leave(clients[i]);
}

int main(void)
{
	struct hub_options options = { .sockets = 100,
				       .address_sockets = 3,
				       .send = on_send,
				       .close = on_close };

	hub_init(&hub, &options);
	list("ST");
	test_two();
	test_unlisted();
	test_bad();
	test_peer_ids();
	test_limits();
	test_addresses();
	test_time();
	test_list();
	test_same_hash();
	test_choice();
	hub_free(&hub);
	return tap_done();
}
