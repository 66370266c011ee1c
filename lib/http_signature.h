/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Signatures of HTTP requests, as ActivityPub servers make them: those of
 * draft-cavage-http-signatures-12 (all servers) and RFC 9421 with RFC 9530
 * (newer Mastodon, Fedify). What is demanded of a stranger's is the union of
 * what PeerTube, Mastodon and Misskey demand.
 */
#ifndef CARDUME_HTTP_SIGNATURE_H
#define CARDUME_HTTP_SIGNATURE_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "hash.h"
#include "signature.h"
#include "task.h"

/* --- what we send -------------------------------------------------------- */

struct http_signing {
	const char *method; /* "GET", "POST" */
	/* As it is sent: http(s)://HOST[:PORT][/PATH][?QUERY], no fragment, no
	 * user; the client must not change it (CURLOPT_PATH_AS_IS). */
	const char *url;
	const char *body; /* of a POST */
	size_t body_len;
	const char *key_id;
	EVP_PKEY *key; /* signature_private_key() */
	time_t now;
	/* Draft only: the path is signed with its query (as the draft has it,
	 * and Mastodon) or without (as PeerTube, Misskey, Pleroma sign). */
	bool without_query;
};

/*
 * The header lines to add, "Name: value", with a NULL behind the last, in the
 * task's arena. Make them anew for each attempt: their date is two seconds
 * before now, since PeerTube 8 refuses what is three seconds ahead of its
 * clock and Friendica what is five minutes old. Never send both kinds at once:
 * PeerTube refuses that. Fail with 400 when the URL is none.
 *
 * Draft: Host, Date, for a body Digest, Signature over
 * `(request-target) host date [digest]`, labelled rsa-sha256.
 */
const char *const *http_sign_draft(struct task *task,
				   const struct http_signing *signing);
/* RFC 9421: for a body Content-Digest; Signature-Input and Signature over
 * @method, @target-uri [and content-digest]. */
const char *const *http_sign_rfc9421(struct task *task,
				     const struct http_signing *signing);

/* --- what we get --------------------------------------------------------- */

/*
 * A request somebody sent. `header` hands out a header by its name in lower
 * case (letters, digits, '-'), NULL where the request has none. A request that
 * has one of them twice is the caller's to refuse. `now` is when it came, also
 * where it is looked at later.
 */
struct http_signed_request {
	const char *method;
	const char *target; /* path and query as they were sent (REQUEST_URI) */
	const char *origin; /* our own: "https://video.example" */
	const char *(*header)(void *ctx, const char *name);
	void *ctx;
	const char *body; /* raw; may be NULL where there is none */
	size_t body_len;
	time_t now;
};

/* `header` for headers kept as a JSON object; ctx is the json_object. */
const char *http_signed_header_of_json(void *ctx, const char *name);

#define HTTP_SIGNATURE_MAX_TEXTS 2

/* What http_signature_read() found; all of it lives in the task's arena. */
struct http_signature {
	const char *error; /* a sentence for the log, where it refused */
	const char *key_id;
	/* What may have been signed: with the query, and without it (draft, and
	 * a target that has one; else NULL). */
	const char *texts[HTTP_SIGNATURE_MAX_TEXTS];
	uint8_t *bytes;
	size_t nr_bytes;
	unsigned kinds; /* of keys and digests: SIGNATURE_RSA_SHA256 ... */
	/* SHA-256 of the signature's bytes in hex: remembered until `until`,
	 * after which the same request is refused as too old. */
	char hash[2 * SHA256_BYTES + 1];
	time_t until;
	/* All headers that were asked for and there, name to value: kept, they
	 * are enough to read the same request again. */
	json_object *headers;
};

/*
 * First step, without the key: the header's syntax, that it covers what it
 * must, the host, the clock, the digest of the body. False when the request
 * must be refused (401); then `error` says why.
 *
 * RFC 9421 where there is a Signature-Input, else the draft (Signature, or
 * Authorization with the scheme Signature, which wins). The draft's must cover
 * (request-target), host, a date (the header, or (created) with hs2019) and
 * with a body or a POST digest; RFC 9421's @method, @target-uri and
 * content-digest, and have created and keyid. Date: -3600 to +300 s. created:
 * at most an hour ahead; expires, by default five minutes and at most twelve
 * hours behind created: at most an hour ago.
 */
bool http_signature_read(struct task *task,
			 const struct http_signed_request *request,
			 struct http_signature *signature);

/* Second step: was it made by this key (PEM; see signature.h)? */
enum signature_check
http_signature_verify(struct task *task, const struct http_signature *signature,
		      const char *public_pem);

/* A key's id without its fragment: most servers' actor, GoToSocial's key
 * document. In the arena. */
const char *http_signature_actor_url(struct task *task, const char *key_id);

#endif
