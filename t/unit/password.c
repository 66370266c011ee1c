/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Which passwords are taken; codes of the instance's secret. */
#include <unistd.h>

#include "hex.h"
#include "password.h"
#include "secret.h"
#include "tap.h"

static void test_problems(void)
{
	static const char *const bad[] = {
		"",	    "1234567",	    "seven77",	    "password",
		"PASSWORD", "Password1",    "12345678",	    "qwertyuiop",
		"letmein1", "iloveyou1",    "trustno1",	    "aaaaaaaa",
		"00000000", "captain_name", "CAPTAIN_NAME",
	};
	static const char *const good[] = {
		"correct horse", "xkcd-936!",	    "12345678x9",
		"captain_names", "p\xc3\xa4sswort", "        .",
	};
	char text[PASSWORD_MAX + 2];

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		ok(password_problem(bad[i], "captain_name") != NULL,
		   "refused: \"%s\"", bad[i]);
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		ok(!password_problem(good[i], "captain_name"), "taken: \"%s\"",
		   good[i]);
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	ok(password_problem(text, "n") != NULL, "257 bytes are refused");
	text[PASSWORD_MAX] = '\0';
	ok(!password_problem(text, "n"), "256 bytes are taken");
}

/* The table is searched by halves: each of its neighbours must be found. */
static const char *const common[] = {
#include "password_common.h"
};

static void test_table(void)
{
	size_t nr = sizeof(common) / sizeof(*common);
	size_t nr_found = 0;

	for (size_t i = 0; i < nr; i++)
		nr_found += password_problem(common[i], "n") != NULL;
	ok(nr > 1000, "%zu common passwords", nr);
	is_int((long long)nr_found, (long long)nr, "all of them are refused");
}

/* Computed by `openssl dgst -sha256 -mac HMAC` over "csrf\0text". */
static void test_secret(void)
{
	static const char expected[] = "937a7474e7e3f66b82cbdf0331518080"
				       "1318660517031854d28e44591fe388d2";
	char path[] = P_tmpdir "/cardume-secret-XXXXXX";
	struct conf conf = { .secret_file = path };
	uint8_t code[SHA256_BYTES];
	char hex[2 * SHA256_BYTES + 1];
	int fd = mkstemp(path);

	if (fd < 0 || write(fd, "0123456789abcdef0123456789abcdef", 32) != 32)
		ok(false, "a secret in %s", path);
	close(fd);
	secret_mac(&conf, code, "csrf", "text");
	unlink(path);
	hex_encode(hex, code, sizeof(code));
	is(hex, expected, "HMAC-SHA256 of purpose, NUL and text");
	secret_mac(&conf, code, "csrft", "ext");
	hex_encode(hex, code, sizeof(code));
	ok(strcmp(hex, expected) != 0, "purpose and text do not run together");
}

int main(void)
{
	test_problems();
	test_table();
	test_secret();
	return tap_done();
}
