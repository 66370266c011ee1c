/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "signal_message.h"

#include <inttypes.h>
#include <string.h>

#include "json.h"

#define PARSER_DEPTH 16

static const struct json_limits limits = {
	.bytes = SIGNAL_MESSAGE_BYTES,
	.depth = 8,
	.containers = 200,
	.tokens = 2000,
	.nul = true,
};

/* --- reading -------------------------------------------------------------- */

/* json-c's strings may hold NULs: by their lengths only. */
static bool read_id(uint8_t id[SWARM_ID_BYTES], json_object *value)
{
	const unsigned char *at;
	const unsigned char *end;
	size_t nr = 0;

	if (!json_object_is_type(value, json_type_string))
		return false;
	at = (const unsigned char *)json_object_get_string(value);
	end = at + json_object_get_string_len(value);
	while (at < end && nr < SWARM_ID_BYTES) {
		if (*at < 0x80) {
			id[nr++] = *at++;
		} else if ((*at == 0xc2 || *at == 0xc3) && end - at > 1) {
			id[nr++] = (uint8_t)((*at & 3) << 6 | (at[1] & 0x3f));
			at += 2;
		} else {
			return false;
		}
	}
	return nr == SWARM_ID_BYTES && at == end;
}

static bool read_member_id(uint8_t id[SWARM_ID_BYTES], json_object *object,
			   const char *key)
{
	return read_id(id, json_member(object, key));
}

static bool is_text(json_object *value, const char *text)
{
	return json_object_is_type(value, json_type_string) &&
	       (size_t)json_object_get_string_len(value) == strlen(text) &&
	       !memcmp(json_object_get_string(value), text, strlen(text));
}

static bool read_session(struct signal_session *session, struct arena *arena,
			 json_object *holder, const char *key)
{
	json_object *value = json_member(holder, key);
	const char *json;

	if (!json_object_is_type(value, json_type_object) ||
	    !read_member_id(session->id, holder, "offer_id"))
		return false;
	json = json_object_to_json_string_length(
		value, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE,
		&session->len);
	if (!json || session->len > SIGNAL_SESSION_BYTES)
		return false;
	session->json = arena_strndup(arena, json, session->len);
	return true;
}

static const char *read_offers(struct signal_message *message,
			       struct arena *arena, json_object *list)
{
	size_t nr;

	if (!list)
		return NULL;
	if (!json_object_is_type(list, json_type_array))
		return "offers must be a list";
	nr = json_object_array_length(list);
	if (nr > SIGNAL_OFFERS)
		return "too many offers";
	for (size_t i = 0; i < nr; i++)
		if (!read_session(&message->offers[message->nr_offers++], arena,
				  json_object_array_get_idx(list, i), "offer"))
			return "bad offer";
	return NULL;
}

/* Clients of browsers leave `left` out as long as they want something. */
static void read_state(struct signal_message *message, json_object *object)
{
	json_object *event = json_member(object, "event");

	message->is_complete = json_int(object, "left", 1) == 0;
	if (is_text(event, "stopped")) {
		message->event = SIGNAL_STOPPED;
	} else if (is_text(event, "completed")) {
		message->event = SIGNAL_COMPLETED;
		message->is_complete = true;
	}
}

static const char *read_announce(struct signal_message *message,
				 struct arena *arena, json_object *object)
{
	if (!read_member_id(message->peer_id, object, "peer_id"))
		return "bad peer_id";
	read_state(message, object);
	if (!json_member(object, "answer"))
		return read_offers(message, arena,
				   json_member(object, "offers"));
	message->kind = SIGNAL_ANSWER;
	if (!read_member_id(message->to_peer_id, object, "to_peer_id"))
		return "bad to_peer_id";
	if (!read_session(&message->answer, arena, object, "answer"))
		return "bad answer";
	return NULL;
}

static const char *read_scrape(struct signal_message *message,
			       json_object *hashes)
{
	size_t nr;

	message->kind = SIGNAL_SCRAPE;
	if (json_object_is_type(hashes, json_type_string)) {
		message->nr_scraped = 1;
		return read_id(message->scraped[0], hashes) ? NULL :
							      "bad info_hash";
	}
	/* All swarms at once is nobody's business. */
	if (!json_object_is_type(hashes, json_type_array))
		return "info_hash is missing";
	nr = json_object_array_length(hashes);
	if (nr > SIGNAL_SCRAPED)
		return "too many info_hashes";
	for (size_t i = 0; i < nr; i++)
		if (!read_id(message->scraped[message->nr_scraped++],
			     json_object_array_get_idx(hashes, i)))
			return "bad info_hash";
	return NULL;
}

static enum signal_reading read_object(struct signal_message *message,
				       struct arena *arena, json_object *object,
				       const char **why)
{
	json_object *action = json_member(object, "action");
	json_object *hash = json_member(object, "info_hash");

	if (is_text(action, "scrape")) {
		*why = read_scrape(message, hash);
		return *why ? SIGNAL_GARBAGE : SIGNAL_GOOD;
	}
	*why = "unknown action";
	if (!is_text(action, "announce"))
		return SIGNAL_GARBAGE;
	*why = "bad info_hash";
	if (!read_id(message->info_hash, hash))
		return SIGNAL_GARBAGE;
	*why = read_announce(message, arena, object);
	return *why ? SIGNAL_WRONG : SIGNAL_GOOD;
}

enum signal_reading signal_read(struct signal_message *message,
				struct arena *arena, const char *text,
				size_t len, const char **why)
{
	enum signal_reading reading = SIGNAL_GARBAGE;
	struct json_tokener *parser;
	json_object *object;

	memset(message, 0, sizeof(*message));
	*why = json_scan_within(arena, text, len, &limits);
	if (*why)
		return SIGNAL_GARBAGE;
	*why = "no memory";
	parser = json_tokener_new_ex(PARSER_DEPTH);
	if (!parser)
		return SIGNAL_GARBAGE;
	object = json_tokener_parse_ex(parser, text, (int)len);
	*why = "no object";
	if (json_object_is_type(object, json_type_object))
		reading = read_object(message, arena, object, why);
	json_object_put(object);
	json_tokener_free(parser);
	return reading;
}

/* --- writing -------------------------------------------------------------- */

static void write_id(struct buf *out, const uint8_t id[SWARM_ID_BYTES])
{
	static const char digits[] = "0123456789abcdef";
	char text[SWARM_ID_BYTES * 6];
	size_t len = 0;

	for (int i = 0; i < SWARM_ID_BYTES; i++) {
		uint8_t c = id[i];

		if (c < 0x20) {
			memcpy(text + len, "\\u00", 4);
			text[len + 4] = digits[c >> 4];
			text[len + 5] = digits[c & 15];
			len += 6;
		} else if (c < 0x80) {
			if (c == '"' || c == '\\')
				text[len++] = '\\';
			text[len++] = (char)c;
		} else {
			text[len++] = (char)(0xc0 | c >> 6);
			text[len++] = (char)(0x80 | (c & 0x3f));
		}
	}
	buf_char(out, '"');
	buf_add(out, text, len);
	buf_char(out, '"');
}

static void write_announce(struct buf *out, const uint8_t hash[SWARM_ID_BYTES])
{
	buf_str(out, "{\"action\":\"announce\",\"info_hash\":");
	write_id(out, hash);
}

void signal_write_reply(struct buf *out, const uint8_t hash[SWARM_ID_BYTES],
			const struct signal_counts *counts, int interval)
{
	write_announce(out, hash);
	buf_printf(out,
		   ",\"interval\":%d,\"complete\":%" PRIu32
		   ",\"incomplete\":%" PRIu32 "}",
		   interval, counts->complete, counts->incomplete);
}

void signal_write_failure(struct buf *out, const uint8_t hash[SWARM_ID_BYTES],
			  const char *reason)
{
	write_announce(out, hash);
	buf_str(out, ",\"failure reason\":\"");
	buf_json(out, reason, strlen(reason));
	buf_str(out, "\"}");
}

void signal_write_session(struct buf *out, const uint8_t hash[SWARM_ID_BYTES],
			  const uint8_t from[SWARM_ID_BYTES], const char *what,
			  const struct signal_session *session)
{
	write_announce(out, hash);
	buf_str(out, ",\"peer_id\":");
	write_id(out, from);
	buf_str(out, ",\"offer_id\":");
	write_id(out, session->id);
	buf_printf(out, ",\"%s\":", what);
	buf_add(out, session->json, session->len);
	buf_char(out, '}');
}

void signal_write_scrape_begin(struct buf *out)
{
	buf_str(out, "{\"action\":\"scrape\",\"files\":{");
}

void signal_write_scraped(struct buf *out, const uint8_t hash[SWARM_ID_BYTES],
			  const struct signal_counts *counts)
{
	if (out->data[out->len - 1] != '{')
		buf_char(out, ',');
	write_id(out, hash);
	buf_printf(out,
		   ":{\"complete\":%" PRIu32 ",\"incomplete\":%" PRIu32
		   ",\"downloaded\":%" PRIu32 "}",
		   counts->complete, counts->incomplete, counts->downloaded);
}

void signal_write_scrape_end(struct buf *out)
{
	buf_str(out, "}}");
}
