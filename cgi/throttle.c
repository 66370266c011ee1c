/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "throttle.h"

#include <arpa/inet.h>
#include <string.h>

#include "db.h"
#include "hash.h"
#include "hex.h"

#define NAME_TRIES 10
#define NAME_SECONDS "900"
#define ADDRESS_TRIES 15
#define ADDRESS_SECONDS "300"
#define HEADER_TRIES 30

#define SIGNUPS 2
#define CLIENT_LOGS 30
#define CLIENT_LOG_SECONDS "60"
#define MAILS 3
#define APPLICATIONS 10
#define LOOKUPS 20
#define KEYS 100

#define IPV6_BYTES_OF_56 7

/* IPv4 whole; IPv6 without what one customer may choose freely. */
static const char *address_text(struct request *request)
{
	uint8_t bytes[sizeof(struct in6_addr)];
	char text[INET6_ADDRSTRLEN];
	const char *address = request->address;

	if (inet_pton(AF_INET6, address, bytes) == 1) {
		memset(bytes + IPV6_BYTES_OF_56, 0,
		       sizeof(bytes) - IPV6_BYTES_OF_56);
		address = inet_ntop(AF_INET6, bytes, text, sizeof(text));
	}
	return arena_strdup(request->task->arena, address);
}

static const char *address_key(struct request *request)
{
	return arena_printf(request->task->arena, "sign-in from %s",
			    address_text(request));
}

/* A name is of any length and may be a password typed into the wrong box. */
static const char *name_key(struct request *request, const char *name)
{
	uint8_t digest[SHA256_BYTES];
	char text[2 * SHA256_BYTES + 1];

	hash_sha256(digest, name, strlen(name));
	hex_encode(text, digest, sizeof(digest));
	return arena_printf(request->task->arena, "sign-in to %s", text);
}

/* Of a row of tries and seconds to wait. */
static void check(struct task *task, struct rows rows, int64_t max)
{
	int wait = (int)db_int(rows, 0, 1);

	if (db_int(rows, 0, 0) <= max)
		return;
	task->retry_after = wait > 0 ? wait : 1;
	fail(task, 429, "Too many tries. Please wait %d minute%s.",
	     (task->retry_after + 59) / 60, task->retry_after > 60 ? "s" : "");
}

static void count(struct request *request, const char *key, const char *seconds,
		  int64_t max)
{
	check(request->task,
	      db(request->task, "user/throttle-count", key, seconds), max);
}

void throttle_sign_in(struct request *request, const char *name)
{
	count(request, address_key(request), ADDRESS_SECONDS, ADDRESS_TRIES);
	count(request, name_key(request, name), NAME_SECONDS, NAME_TRIES);
}

void throttle_video_password(struct request *request, const char *short_uuid)
{
	count(request,
	      arena_printf(request->task->arena, "%s for %s",
			   address_key(request), short_uuid),
	      ADDRESS_SECONDS, ADDRESS_TRIES);
}

static const char *header_key(struct request *request, const char *video)
{
	return arena_printf(request->task->arena, "%s with header for %.36s",
			    address_key(request), video);
}

void throttle_video_header(struct request *request, const char *video)
{
	check(request->task,
	      db(request->task, "user/throttle-tries",
		 header_key(request, video)),
	      HEADER_TRIES - 1);
}

void throttle_wrong_header(struct request *request, const char *video)
{
	db(request->task, "user/throttle-count", header_key(request, video),
	   ADDRESS_SECONDS);
}

/* Paths name the video `id` everywhere in the API. */
static const char *video_of_path(struct request *request)
{
	static const struct param id = { .name = "id",
					 .type = PARAM_VIDEO,
					 .required = true };

	return request_declared(request, &id);
}

const char *throttle_password(struct request *request)
{
	const char *password =
		request_header(request, "x-peertube-video-password");

	if (password)
		throttle_video_header(request, video_of_path(request));
	return password;
}

void throttle_wrong_password(struct request *request)
{
	throttle_wrong_header(request, video_of_path(request));
}

void throttle_forgive(struct request *request, const char *name)
{
	db(request->task, "user/throttle-forgive", address_key(request),
	   name_key(request, name));
}

static const char *signup_key(struct request *request)
{
	return arena_printf(request->task->arena, "signup from %s",
			    address_text(request));
}

void throttle_signup(struct request *request)
{
	check(request->task,
	      db(request->task, "user/throttle-tries", signup_key(request)),
	      SIGNUPS - 1);
}

void throttle_signed_up(struct request *request)
{
	db(request->task, "user/throttle-count", signup_key(request),
	   ADDRESS_SECONDS);
}

void throttle_mail(struct request *request)
{
	count(request,
	      arena_printf(request->task->arena, "mail for %s",
			   address_text(request)),
	      ADDRESS_SECONDS, MAILS);
}

void throttle_client_log(struct request *request)
{
	count(request,
	      arena_printf(request->task->arena, "client log from %s",
			   address_text(request)),
	      CLIENT_LOG_SECONDS, CLIENT_LOGS);
}

bool throttle_contact(struct request *request)
{
	struct rows rows =
		db(request->task, "user/throttle-count",
		   arena_printf(request->task->arena, "contact from %s",
				address_text(request)),
		   "3600");

	return db_int(rows, 0, 0) == 1;
}

void throttle_application(struct request *request)
{
	count(request,
	      arena_printf(request->task->arena, "application from %s",
			   address_text(request)),
	      "3600", APPLICATIONS);
}

void throttle_lookup(struct request *request)
{
	count(request,
	      arena_printf(request->task->arena, "lookup from %s",
			   address_text(request)),
	      ADDRESS_SECONDS, LOOKUPS);
}

void throttle_key(struct request *request)
{
	count(request,
	      arena_printf(request->task->arena, "key from %s",
			   address_text(request)),
	      ADDRESS_SECONDS, KEYS);
}
