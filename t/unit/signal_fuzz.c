/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Ten thousand changed messages through the fuzzer's own target, under its
 * sanitizers; ./dev fuzz does it for as long as one likes. */
#include <stdlib.h>

#include "../fuzz/fuzz.h"
#include "bug.h"
#include "tap.h"

#define ROUNDS 2000
#define LINES 10

/* Good ones, to begin with. */
static const char *const messages[] = {
	"0{\"action\":\"announce\",\"info_hash\":\"aaaaaaaaaaaaaaaaaaaa\","
	"\"peer_id\":\"cccccccccccccccccccc\",\"event\":\"started\","
	"\"offers\":[{\"offer\":{\"type\":\"offer\",\"sdp\":\"x\\r\\n\"},"
	"\"offer_id\":\"\\u0000\xc3\xbf"
	"123456789012345678\"}]}",
	"1{\"action\":\"announce\",\"info_hash\":\"aaaaaaaaaaaaaaaaaaaa\","
	"\"peer_id\":\"dddddddddddddddddddd\",\"left\":0,\"offers\":"
	"[{\"offer\":{},\"offer_id\":\"eeeeeeeeeeeeeeeeeeee\"}]}",
	"0{\"action\":\"announce\",\"info_hash\":\"aaaaaaaaaaaaaaaaaaaa\","
	"\"peer_id\":\"cccccccccccccccccccc\",\"to_peer_id\":"
	"\"dddddddddddddddddddd\",\"answer\":{\"sdp\":\"y\"},\"offer_id\":"
	"\"eeeeeeeeeeeeeeeeeeee\"}",
	"2{\"action\":\"scrape\",\"info_hash\":[\"aaaaaaaaaaaaaaaaaaaa\","
	"\"bbbbbbbbbbbbbbbbbbbb\"]}",
	"3{\"action\":\"announce\",\"info_hash\":\"bbbbbbbbbbbbbbbbbbbb\","
	"\"peer_id\":\"cccccccccccccccccccc\",\"event\":\"stopped\"}",
	"!",
	"~1234567",
	"-",
};

/* Bytes replaced, or by what stands elsewhere in the line. */
static void change(char *line, size_t len)
{
	static const char bytes[] = "{}[]\",:\\u0000\x80\xc3\xff\x01n1-ea";

	if (len < 2 || random() % 3 == 0)
		return;
	for (long nr = random() % 4; nr >= 0; nr--) {
		size_t at = (size_t)random() % len;
		size_t from = (size_t)random() % len;

		line[at] =
			random() % 2 ?
				line[from] :
				bytes[(size_t)random() % (sizeof(bytes) - 1)];
	}
}

int main(void)
{
	static char text[LINES * 1000];

	srandom(7);
	for (int round = 0; round < ROUNDS; round++) {
		size_t len = 0;

		for (int i = 0; i < LINES; i++) {
			const char *line = messages[(size_t)random() %
						    ARRAY_LEN(messages)];
			size_t whole = strlen(line);
			size_t kept =
				random() % 5 ? whole : (size_t)random() % whole;

			memcpy(text + len, line, kept);
			change(text + len, kept);
			len += kept;
			text[len++] = '\n';
		}
		LLVMFuzzerTestOneInput((const uint8_t *)text, len);
	}
	ok(true, "%d messages", ROUNDS * LINES);
	return tap_done();
}
