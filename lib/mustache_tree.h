/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * A parsed template, between mustache_parse.c and mustache.c only: an array
 * of nodes in the order of the text; a node's children follow it, up to the
 * node of index `next`.
 */
#ifndef CARDUME_MUSTACHE_TREE_H
#define CARDUME_MUSTACHE_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "mustache.h"

#define MUSTACHE_MAX_DEPTH 64

enum mustache_kind {
	MUSTACHE_TEXT,
	MUSTACHE_VALUE, /* {{x}} */
	MUSTACHE_RAW, /* {{{x}}} {{&x}} */
	MUSTACHE_SECTION, /* {{#x}} */
	MUSTACHE_INVERTED, /* {{^x}} */
	MUSTACHE_PARTIAL, /* {{>x}} {{>*x}} */
	MUSTACHE_PARENT, /* {{<x}} {{<*x}} */
	MUSTACHE_BLOCK, /* {{$x}} */
};

/* One step of a dotted name, with its hash in json-c's tables. */
struct mustache_key {
	const char *text;
	unsigned long hash;
};

struct mustache_name {
	const char *text; /* whole: "video.channel.name" */
	struct mustache_key *keys;
	size_t nr_keys; /* 0: the name is "." */
};

struct mustache_node {
	enum mustache_kind kind;
	bool is_dynamic; /* "*x": the value of x is the name */
	size_t next;
	/* text: its bytes; section: its source; partial, parent: the white
	 * space before a tag that stands alone on its line */
	const char *text;
	size_t len;
	struct mustache_name name;
};

struct mustache {
	const struct mustache_node *nodes;
	size_t nr_nodes;
};

#endif
