/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * JSON from strangers, and small getters over json-c.
 *
 * json-c accepts more than RFC 8259 and multiplies small hostile inputs in
 * memory, so everything from outside passes json_scan() first: plain RFC 8259,
 * and no duplicate keys, no lone surrogates, no \u0000, no bad UTF-8, nothing
 * behind the value, no number that fits neither 64 bits nor a finite double,
 * within limits.
 */
#ifndef CARDUME_JSON_H
#define CARDUME_JSON_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "task.h"

#define JSON_MAX_BYTES ((size_t)512 * 1024)
#define JSON_MAX_DEPTH 32
#define JSON_MAX_CONTAINERS 5000 /* objects and arrays */
#define JSON_MAX_TOKENS 20000 /* values and keys */

/* For what is more than one message: pages of other servers' lists. */
struct json_limits {
	size_t bytes;
	int depth;
	int containers;
	int tokens;
	/* \u0000 in values of strings; json_parse() knows of none: take their
	 * lengths. Not in keys. */
	bool nul;
};

/* NULL when `text` is acceptable, else what is wrong with it (a constant text
 * that ends a sentence beginning with "JSON: "). Scratch memory is the
 * arena's. */
const char *json_scan(struct arena *arena, const char *text, size_t len);
const char *json_scan_within(struct arena *arena, const char *text, size_t len,
			     const struct json_limits *limits);

/* A stranger's document, scanned and parsed; freed with the task's arena.
 * Fails with 400 when it is not acceptable. Never NULL, but for "null". */
json_object *json_parse(struct task *task, const char *text, size_t len);
/* A document of our own (PostgreSQL's): no limits; fails with 500. */
json_object *json_load(struct task *task, const char *text, size_t len);
/* Gives a value to the task: it is put when the task's arena is reset. */
json_object *json_keep(struct task *task, json_object *value);

/* Members of an object. `object` may be NULL or no object at all. */
/* NULL when it is absent (or null). */
json_object *json_member(json_object *object, const char *key);
/* NULL when it is absent or no string. Lives as long as the object. */
const char *json_text(json_object *object, const char *key);
/* `fallback` when it is absent or no integer. */
int64_t json_int(json_object *object, const char *key, int64_t fallback);
/* `fallback` when it is absent or no boolean. */
bool json_flag(json_object *object, const char *key, bool fallback);

#endif
