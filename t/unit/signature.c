/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Which keys are trusted; base64; HTTP's dates. */
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "base64.h"
#include "bug.h"
#include "date.h"
#include "signature.h"
#include "tap.h"

/* The PEM of a key's public half; the key is given back. */
static const char *public_pem(struct task *task, EVP_PKEY *key)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *data;
	long len;
	const char *text;

	if (!key || !PEM_write_bio_PUBKEY(bio, key))
		BUG("no key");
	len = BIO_get_mem_data(bio, &data);
	text = arena_strndup(task->arena, data, (size_t)len);
	BIO_free(bio);
	EVP_PKEY_free(key);
	return text;
}

/* A modulus of so many bits (no product of two primes, which nobody checks)
 * and an exponent. */
static EVP_PKEY *rsa_of(int bits, unsigned long exponent)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
	BIGNUM *n = BN_new(), *e = BN_new();
	OSSL_PARAM *params;
	EVP_PKEY *key = NULL;

	BN_rand(n, bits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ODD);
	BN_set_word(e, exponent);
	OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, n);
	OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, e);
	params = OSSL_PARAM_BLD_to_param(builder);
	EVP_PKEY_fromdata_init(context);
	EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(builder);
	EVP_PKEY_CTX_free(context);
	BN_free(n);
	BN_free(e);
	return key;
}

static void test_trust(struct task *task)
{
	static const struct {
		int bits;
		unsigned long exponent;
		bool is_trusted;
	} rows[] = {
		{ 2048, 65537, true },	{ 2048, 3, true },
		{ 3072, 17, true },	{ 4096, 65537, true },
		{ 1024, 65537, false }, { 2047, 65537, false },
		{ 4097, 65537, false }, { 16384, 65537, false },
		{ 2048, 1, false },	{ 2048, 2, false },
		{ 2048, 65536, false },
	};
	EVP_PKEY *ec = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *pem = public_pem(
			task, rsa_of(rows[i].bits, rows[i].exponent));

		ok(!!signature_public_key(task, pem) == rows[i].is_trusted,
		   "RSA of %d bits with exponent %lu is %strusted",
		   rows[i].bits, rows[i].exponent,
		   rows[i].is_trusted ? "" : "not ");
	}
	ok(!signature_public_key(task, public_pem(task, ec)), "P-256 is not");
}

static void test_junk(struct task *task, EVP_PKEY *key)
{
	static const char *const junk[] = {
		"",
		"x",
		"-----BEGIN PUBLIC KEY-----\n",
		"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
		"-----BEGIN RSA KEY-----\nAAAA\n-----END RSA KEY-----\n",
	};
	char *big = arena_alloc(task->arena, 9001);

	for (size_t i = 0; i < ARRAY_LEN(junk); i++)
		ok(!signature_public_key(task, junk[i]), "junk %d", (int)i);
	memset(big, '\n', 9000);
	ok(!signature_public_key(task, big), "9 kB");
	EVP_PKEY_up_ref(key);
	ok(!signature_private_key(public_pem(task, key)), "not private");
}

/* Keys that are cut short or have one byte changed: none crashes, and of the
 * first none is taken. */
static void test_broken(struct task *task)
{
	EVP_PKEY *key = rsa_of(2048, 65537);
	uint8_t *der = NULL;
	int len = i2d_PUBKEY(key, &der);
	int nr_taken = 0;

	for (int i = 0; i < 2 * len; i++) {
		bool is_cut = i < len;
		const char *text;

		if (!is_cut)
			der[i - len] ^= 0x81;
		text = arena_printf(task->arena,
				    "-----BEGIN PUBLIC KEY-----\n%s\n"
				    "-----END PUBLIC KEY-----\n",
				    base64_encode(task->arena, der,
						  (size_t)(is_cut ? i : len)));
		if (signature_public_key(task, text) && is_cut)
			nr_taken++;
		if (!is_cut)
			der[i - len] ^= 0x81;
	}
	is_int(nr_taken, 0, "no key that is cut short is taken");
	OPENSSL_free(der);
	EVP_PKEY_free(key);
}

static void test_ed25519(struct task *task)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	uint8_t bytes[64];
	size_t nr = sizeof(bytes);

	EVP_DigestSignInit(context, NULL, NULL, NULL, key);
	EVP_DigestSign(context, bytes, &nr, (const uint8_t *)"text", 4);
	EVP_MD_CTX_free(context);
	key = signature_public_key(task, public_pem(task, key));
	ok(key, "Ed25519 is a key");
	is_int(signature_verify(key, SIGNATURE_ED25519, "text", bytes, nr),
	       SIGNATURE_GOOD, "good");
	is_int(signature_verify(key, SIGNATURE_ED25519, "Text", bytes, nr),
	       SIGNATURE_WRONG, "another text");
	is_int(signature_verify(key, SIGNATURE_RSA_SHA256, "text", bytes, nr),
	       SIGNATURE_BAD_KEY, "where RSA must be");
}

static void test_rsa(struct task *task)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048);
	const char *made = signature_make(task, key, "text", 4);
	size_t nr;
	const uint8_t *bytes =
		base64_decode(task->arena, made, strlen(made), &nr);

	test_junk(task, key);
	is_int((long long)nr, 256, "bytes of a signature");
	is_int(signature_verify(key, SIGNATURE_RSA_SHA256, "text", bytes, nr),
	       SIGNATURE_GOOD, "good");
	is_int(signature_verify(key, SIGNATURE_RSA_SHA256, "text", bytes, 255),
	       SIGNATURE_WRONG, "a byte short");
	is_int(signature_verify(key, SIGNATURE_RSA_SHA512, "text", bytes, nr),
	       SIGNATURE_WRONG, "another digest");
	is_int(signature_verify(key, SIGNATURE_ED25519, "text", bytes, nr),
	       SIGNATURE_WRONG, "RSA where it must not be");
	EVP_PKEY_free(key);
}

/* RFC 4648, 10. */
static void test_base64(struct task *task)
{
	static const char *const pairs[][2] = {
		{ "", "" },
		{ "f", "Zg==" },
		{ "fo", "Zm8=" },
		{ "foo", "Zm9v" },
		{ "foob", "Zm9vYg==" },
		{ "foobar", "Zm9vYmFy" },
		{ "\xff\xef", "/+8=" },
	};
	static const char *const bad[] = {
		"Z",	    "Zg",   "Zg=",   "Zh==",  "Zm9=", "====",
		"Zg==Zg==", "Z===", " Zg==", "Z\ng=", "Zm9-", "Zm9_"
	};
	size_t nr;

	for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
		const char *plain = pairs[i][0], *text = pairs[i][1];
		const uint8_t *bytes =
			base64_decode(task->arena, text, strlen(text), &nr);

		is(base64_encode(task->arena, plain, strlen(plain)), text,
		   "base64");
		ok(bytes && nr == strlen(plain) && !memcmp(bytes, plain, nr),
		   "and back");
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ok(!base64_decode(task->arena, bad[i], strlen(bad[i]), &nr),
		   "no base64: %s", bad[i]);
}

static void test_dates(void)
{
	static const char *const bad[] = {
		"",
		"Sun, 06 Nov 1994 08:49:37",
		"Sun, 06 Nov 1994 08:49:37 CET",
		"Sun, 06 Nov 1994 08:49:37 GMT ",
		"Sun, 6 Nov 1994 08:49:37 GMT",
		"Sunday, 06-Nov-94 08:49:37 GMT",
		"Sun Nov  6 08:49:37 1994",
		"Sun, 31 Feb 1994 08:49:37 GMT",
		"Sun, 06 Foo 1994 08:49:37 GMT",
		"Sun, 06 Nov 1994 24:00:00 GMT",
		"Sun, 06 Nov 1994 08:49.37 GMT",
		"Sun, 06 Nov 1994 08:49:3x GMT",
		"sun, 06 Nov 1994 08:49:37 GMT",
		"1994-11-06T08:49:37Z",
	};
	const char *text = "Sun, 06 Nov 1994 08:49:37 GMT";
	char again[DATE_HTTP_SIZE];
	time_t when = 0;

	ok(date_http_parse(text, strlen(text), &when), "a date of HTTP");
	is_int(when, 784111777, "when");
	date_http(again, when);
	is(again, text, "and back");
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ok(!date_http_parse(bad[i], strlen(bad[i]), &when),
		   "no date of HTTP: %s", bad[i]);
}

static void all(struct task *task, void *arg)
{
	(void)arg;
	test_trust(task);
	test_broken(task);
	test_ed25519(task);
	test_rsa(task);
	test_base64(task);
	test_dates();
}

int main(void)
{
	struct task task = { .arena = arena_new((size_t)8 << 20) };

	ok(task_run(&task, all, NULL), "no failure: %s", task.message);
	arena_free(task.arena);
	return tap_done();
}
