/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * One request and its answer on a handle of libcurl's, with all guards of
 * fetch.h. fetch() runs hops one after the other; who has many to run at once
 * adds the handles to a multi handle:
 *
 *	struct fetch_hop *hop = fetch_hop_new(conf, &request);
 *	if (fetch_hop_prepare(hop, curl, request.url, 10000))
 *		curl_multi_add_handle(multi, curl);
 *	...
 *	struct fetch_answer answer = fetch_hop_end(hop, message->data.result);
 *	...
 *	fetch_hop_free(hop);
 *
 * The handle remains the caller's and may serve one hop after another: its
 * connections are kept. SIGPIPE must be ignored.
 */
#ifndef CARDUME_FETCH_HOP_H
#define CARDUME_FETCH_HOP_H

#include <curl/curl.h>
#include <stdbool.h>

#include "conf.h"
#include "fetch.h"

struct fetch_hop;

/* conf and request must live as long. */
struct fetch_hop *fetch_hop_new(const struct conf *conf,
				const struct fetch_request *request);
/* Takes a struct fetch_hop, for arena_defer(). Not while curl runs it. */
void fetch_hop_free(void *hop);

/* False: the hop is refused, fetch_hop_end(hop, CURLE_OK) says why. */
bool fetch_hop_prepare(struct fetch_hop *hop, CURL *curl, const char *url,
		       long timeout_ms);
/* What came of it; everything in it lives as long as the hop. CURLOPT_PRIVATE
 * of the handle is the hop. */
struct fetch_answer fetch_hop_end(struct fetch_hop *hop, CURLcode code);

#endif
