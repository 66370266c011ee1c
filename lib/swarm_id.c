/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "swarm_id.h"

#include <openssl/evp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "bug.h"
#include "hash.h"

/* 15 bytes are 20 characters of base64. */
#define KEPT_BYTES 15
#define NAME_MAX_BYTES 2048

/* What is longer is cut, and so a name that nobody else has. */
__attribute__((format(printf, 2, 3))) static size_t
make_name(char name[NAME_MAX_BYTES], const char *fmt, ...)
{
	va_list args;
	int len;

	va_start(args, fmt);
	len = vsnprintf(name, NAME_MAX_BYTES, fmt, args);
	va_end(args);
	if (len < 0)
		BUG("no name of a swarm");
	return len < NAME_MAX_BYTES ? (size_t)len : NAME_MAX_BYTES - 1;
}

static void to_text(uint8_t out[SWARM_ID_BYTES],
		    const uint8_t bytes[KEPT_BYTES])
{
	unsigned char text[SWARM_ID_BYTES + 1];

	EVP_EncodeBlock(text, bytes, KEPT_BYTES);
	memcpy(out, text, SWARM_ID_BYTES);
}

void swarm_id_uuid(uint8_t out[SWARM_ID_BYTES], const char *uuid,
		   const char *stream, const char *id)
{
	char name[NAME_MAX_BYTES];
	uint8_t digest[SHA1_BYTES];
	size_t len =
		make_name(name, "pt-v2-%s-%s-default-%s", uuid, stream, id);

	hash_sha1(digest, name, len);
	to_text(out, digest);
}

void swarm_id_playlist(uint8_t out[SWARM_ID_BYTES], const char *playlist_url,
		       const char *stream, int level)
{
	char name[NAME_MAX_BYTES];
	uint8_t digest[MD5_BYTES];
	size_t len =
		make_name(name, "v2-%s-%s-%d", playlist_url, stream, level);

	hash_md5(digest, name, len);
	to_text(out, digest + 1);
}

void swarm_id_old(uint8_t out[SWARM_ID_BYTES], const char *playlist_url,
		  int level)
{
	char name[NAME_MAX_BYTES];
	size_t len = make_name(name, "2%s+V%d", playlist_url, level);

	hash_sha1(out, name, len);
}
