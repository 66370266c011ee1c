/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "secret.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "bug.h"
#include "log.h"

static const uint8_t *read_secret(const struct conf *conf)
{
	static uint8_t secret[SECRET_BYTES];
	static bool is_read;
	FILE *file;

	if (is_read)
		return secret;
	file = fopen(conf->secret_file, "re");
	is_read = file && fread(secret, sizeof(secret), 1, file) == 1;
	if (file)
		fclose(file);
	if (!is_read) {
		log_error("cannot read 32 bytes of %s: run \"cardume setup\"",
			  conf->secret_file);
		exit(EX_CONFIG);
	}
	return secret;
}

void secret_mac(const struct conf *conf, uint8_t out[SHA256_BYTES],
		const char *purpose, const char *text)
{
	char data[512];
	size_t start = strlen(purpose) + 1;
	size_t len = strlen(text);

	if (start + len > sizeof(data))
		BUG("too much for a code of %s", purpose);
	memcpy(data, purpose, start);
	memcpy(data + start, text, len);
	hash_hmac_sha256(out, read_secret(conf), SECRET_BYTES, data,
			 start + len);
}
