/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* HTTP signatures: what we make is read; altered in any place it is refused. */
#include <openssl/evp.h>

#include "actor_key.h"
#include "base64.h"
#include "bug.h"
#include "http_signature.h"
#include "json.h"
#include "tap.h"

#define NOW 1749988800 /* Sun, 15 Jun 2025 12:00:00 GMT */
#define BODY "{\"type\":\"Follow\"}"
#define KEY_ID "https://peer.example/accounts/bob#main-key"

static struct actor_key pem;
static EVP_PKEY *key;

/* Headers as "Name: value" lines become those of the request, as JSON. */
static void add_lines(struct http_signed_request *request,
		      const char *const *lines, struct task *task)
{
	for (; *lines; lines++) {
		size_t len = strcspn(*lines, ":");
		char *name = arena_strndup(task->arena, *lines, len);

		for (char *c = name; *c; c++)
			if (*c >= 'A' && *c <= 'Z')
				*c = (char)(*c + 32);
		json_object_object_add(
			request->ctx, name,
			json_object_new_string(*lines + len + 2));
	}
}

static struct http_signed_request empty_request(struct task *task)
{
	struct http_signed_request request = {
		.method = "POST",
		.target = "/inbox?a=b",
		.origin = "https://video.example",
		.header = http_signed_header_of_json,
		.ctx = json_keep(task, json_object_new_object()),
		.body = BODY,
		.body_len = strlen(BODY),
		.now = NOW,
	};
	return request;
}

static void set(struct http_signed_request *request, const char *name,
		const char *value)
{
	json_object_object_add(request->ctx, name,
			       json_object_new_string(value));
}

/* A request of ours: "draft" or "9421", POST or GET. */
static struct http_signed_request signed_request(struct task *task,
						 bool is_draft, bool is_post)
{
	struct http_signed_request request = empty_request(task);
	struct http_signing signing = {
		.method = is_post ? "POST" : "GET",
		.url = "https://Video.example:443/inbox?a=b",
		.body = is_post ? BODY : NULL,
		.body_len = is_post ? strlen(BODY) : 0,
		.key_id = KEY_ID,
		.key = key,
		.now = NOW,
	};

	request.method = signing.method;
	request.body_len = signing.body_len;
	set(&request, "host", "video.example");
	add_lines(&request,
		  is_draft ? http_sign_draft(task, &signing) :
			     http_sign_rfc9421(task, &signing),
		  task);
	return request;
}

/* "good", "wrong", "bad key" or why it was refused. */
static const char *outcome(struct task *task,
			   const struct http_signed_request *request)
{
	static const char *const checks[] = {
		[SIGNATURE_GOOD] = "good",
		[SIGNATURE_WRONG] = "wrong",
		[SIGNATURE_BAD_KEY] = "bad key",
	};
	struct http_signature signature;

	if (!http_signature_read(task, request, &signature))
		return signature.error ? signature.error : "no error";
	return checks[http_signature_verify(task, &signature, pem.public_key)];
}

/* `outcome` begins what is expected. */
static void expect(struct task *task, const struct http_signed_request *request,
		   const char *expected, const char *what)
{
	const char *got = outcome(task, request);

	if (!ok(!strncmp(got, expected, strlen(expected)), "%s: %s", what, got))
		tap_note("expected: ", expected);
}

static const char *replaced(struct task *task, const char *text,
			    const char *from, const char *to)
{
	const char *at = strstr(text, from);

	if (!at)
		BUG("no %s in %s", from, text);
	return arena_printf(task->arena, "%.*s%s%s", (int)(at - text), text, to,
			    at + strlen(from));
}

struct change {
	const char *header; /* or a field of the request in capitals */
	const char *from; /* NULL: the header goes away */
	const char *to;
	const char *expected;
};

static void change(struct task *task, struct http_signed_request *request,
		   const struct change *row)
{
	if (!strcmp(row->header, "TARGET"))
		request->target = row->to;
	else if (!strcmp(row->header, "METHOD"))
		request->method = row->to;
	else if (!strcmp(row->header, "ORIGIN"))
		request->origin = row->to;
	else if (!strcmp(row->header, "BODY"))
		request->body = row->to, request->body_len = strlen(row->to);
	else if (!row->from)
		json_object_object_del(request->ctx, row->header);
	else
		set(request, row->header,
		    replaced(task, json_text(request->ctx, row->header),
			     row->from, row->to));
}

static const struct change draft_changes[] = {
	{ "TARGET", "", "/inbox", "wrong" },
	{ "TARGET", "", "/inbox?a=c", "wrong" },
	{ "TARGET", "", "/Inbox?a=b", "wrong" },
	{ "TARGET", "", "/accounts/x/inbox?a=b", "wrong" },
	{ "METHOD", "", "PUT", "wrong" },
	{ "METHOD", "", "post", "good" },
	{ "BODY", "", "{}", "The header digest is not that of the body" },
	{ "BODY", "", "", "The header digest is not that of the body" },
	{ "BODY", "", BODY " ", "The header digest is not that of the body" },
	{ "ORIGIN", "", "https://other.example",
	  "The request is for the host" },
	{ "ORIGIN", "", "http://VIDEO.example", "good" },
	{ "host", NULL, NULL, "The header host is missing" },
	{ "host", "video", "other", "The request is for the host" },
	{ "host", "example", "example:444", "The request is for the host" },
	{ "host", "example", "example:443", "wrong" },
	{ "host", "example", "example.", "The request is for the host" },
	{ "host", "video", "Video", "wrong" },
	{ "date", NULL, NULL, "The header date is missing" },
	{ "date", "11:59:58", "11:59:57", "wrong" },
	{ "date", "11:59:58", "12:05:00", "wrong" },
	{ "date", "11:59:58", "12:05:01", "The header Date is 301 s off" },
	{ "date", "11:59:58", "11:00:00", "wrong" },
	{ "date", "11:59:58", "10:59:59", "The header Date is -3601 s off" },
	{ "date", "GMT", "UTC", "The header Date is no date" },
	{ "date", "Sun, ", "", "The header Date is no date" },
	{ "date", "15 Jun", "31 Jun", "The header Date is no date" },
	{ "date", "2025", "2025 ", "The header Date is no date" },
	{ "digest", NULL, NULL, "The header digest is missing" },
	{ "digest", "SHA-256", "sha-256", "wrong" },
	{ "digest", "SHA-256", "MD5", "The header digest has no digest" },
	{ "digest", "SHA-256=", "SHA-256=A", "The header digest is not that" },
	{ "digest", "SHA-256=", "SHA-256=AAAA,SHA-256=",
	  "The header digest is not that" },
	{ "digest", "=", "", "The header digest has no digest" },
	{ "digest", "SHA-256=", "MD5=abcd, SHA-256=", "wrong" },
	{ "signature", NULL, NULL, "The request is not signed" },
	{ "signature", "keyId=\"", "keyId=\"x", "good" },
	{ "signature", "keyId=", "Signature keyId=", "good" },
	{ "signature", "keyId=", "KEYID=", "good" },
	{ "signature", ",algorithm", " , algorithm", "good" },
	{ "signature", "keyId=\"" KEY_ID "\"", "keyId=" KEY_ID, "good" },
	{ "signature", "\"rsa-sha256\"", "rsa-sha256", "good" },
	{ "signature", "algorithm=\"rsa-sha256\",", "", "good" },
	{ "signature", "rsa-sha256", "hs2019", "good" },
	{ "signature", "rsa-sha256", "rsa-sha512", "good" },
	{ "signature", "rsa-sha256", "hmac-sha256", "The signature's algori" },
	{ "signature", "rsa-sha256", "none", "The signature's algorithm" },
	{ "signature", "rsa-sha256", "", "The signature's algorithm" },
	{ "signature", "algorithm=", "other=1,algorithm=", "good" },
	{ "signature", "keyId=", "keyId=\"x\",keyId=",
	  "The header Signature "
	  "has keyId twice" },
	{ "signature", "algorithm=", "headers=date,algorithm=",
	  "The header Signature has headers twice" },
	{ "signature", "signature=", "signature=AAAA,Signature=",
	  "The header Signature has signature twice" },
	{ "signature", "keyId=", "keyid ", "The header Signature is no list" },
	{ "signature", "keyId=", "=", "The header Signature is no list" },
	{ "signature", "keyId=\"", "keyId=", "A parameter of the header" },
	{ "signature", "keyId=\"", "keyId=\"\\", "A parameter of the header" },
	{ "signature", "keyId", "kid", "The header Signature has no keyId" },
	{ "signature", ",signature", ",sig", "The header Signature has no k" },
	{ "signature", KEY_ID, "", "The signature's keyId is no URL" },
	{ "signature", KEY_ID, "a b", "The signature's keyId is no URL" },
	{ "signature", "(request-target) ", "", "The signature does not cov" },
	{ "signature", " host", "", "The signature does not cover host" },
	{ "signature", " date", "", "The signature covers no date" },
	{ "signature", " digest", "", "The signature does not cover digest" },
	{ "signature", " host date", " date host", "wrong" },
	{ "signature", " host", " HOST", "good" },
	{ "signature", " host", "  host", "good" },
	{ "signature", " host", " host host", "The signature covers host tw" },
	{ "signature", " host", " host x-none",
	  "The header x-none is missing" },
	{ "signature", " host", " host a_b", "The signature covers what is n" },
	{ "signature", " host", " host (created)", "(created) wants hs2019" },
	{ "signature", " host", " host (expires)", "(expires) wants hs2019" },
	{ "signature", " host", " host (other)",
	  "The signature covers (other" },
	{ "signature", " host", " host @method", "The signature covers @meth" },
	{ "signature", "signature=\"", "signature=\"AAAA", "wrong" },
	{ "signature", "signature=\"", "signature=\"A", "The signature is no" },
	{ "signature", "signature=\"", "signature=\"*AAA", "The signature is" },
	{ "signature", "signature=\"", "signature=\"\",x=\"", "The signature" },
};

static const struct change rfc_changes[] = {
	{ "TARGET", "", "/inbox", "wrong" },
	{ "TARGET", "", "/inbox?a=c", "wrong" },
	{ "METHOD", "", "PUT", "wrong" },
	{ "METHOD", "", "post", "wrong" },
	{ "BODY", "", "{}", "The header content-digest is not that of" },
	{ "ORIGIN", "", "https://other.example",
	  "The request is for the host" },
	{ "ORIGIN", "", "http://video.example", "wrong" },
	{ "host", NULL, NULL, "The header host is missing" },
	{ "host", "video", "other", "The request is for the host" },
	{ "host", "example", "example:443", "good" },
	{ "content-digest", NULL, NULL, "The header content-digest is mis" },
	{ "content-digest", "=:", "=", "The header content-digest is not" },
	{ "content-digest", "sha-256", "sha-1", "The header content-digest" },
	{ "content-digest", "=:", "=:AAAA", "The header content-digest is" },
	{ "signature-input", NULL, NULL, "The header Signature has no keyId" },
	{ "signature-input", "created=", "created=1", "The signature was cre" },
	{ "signature-input", "created=1749988798", "created=1749988797",
	  "wrong" },
	{ "signature-input", "created=1749988798", "created=1749984900",
	  "wrong" },
	{ "signature-input", "created=1749988798", "created=1749984899",
	  "The signature has expired" },
	{ "signature-input", "created=1749988798", "created=1749992400",
	  "wrong" },
	{ "signature-input", "created=1749988798", "created=1749992401",
	  "The signature was created in the future" },
	{ "signature-input",
	  "created=", "expires=1749985200;created=", "wrong" },
	{ "signature-input", "created=", "expires=1749985199;created=",
	  "The signature has expired" },
	{ "signature-input", "created=", "expires=x;created=",
	  "The signature's created or expires is no time" },
	{ "signature-input", "created=", "created=-", "The signature's creat" },
	{ "signature-input", "created=", "made=", "The header Signature-Inpu" },
	{ "signature-input", "keyid=", "kid=", "The header Signature-Input h" },
	{ "signature-input", "bob", "eve", "wrong" },
	{ "signature-input", "keyid=", "keyid=\"a\";keyid=",
	  "The header Signature-Input has keyid twice" },
	{ "signature-input",
	  "keyid=", "alg=\"hmac-sha256\";keyid=", "The signature's algorithm" },
	{ "signature-input", "keyid=", "alg=\"ed25519\";keyid=", "wrong" },
	{ "signature-input", "keyid=", "tag;nonce=\"a\\\"b\";keyid=", "wrong" },
	{ "signature-input", "\"@method\" ", "", "The signature does not cov" },
	{ "signature-input", " \"@target-uri\"", "", "The signature does not" },
	{ "signature-input", " \"content-digest\"", "",
	  "The signature does not cover content-digest" },
	{ "signature-input", "\"@method\"", "\"@method\" \"@method\"",
	  "The signature covers @method twice" },
	{ "signature-input", "\"@method\"", "\"@status\" \"@method\"",
	  "The signature covers @status" },
	{ "signature-input", "\"@method\"", "\"@method\";req",
	  "The header Signature-Input is no list" },
	{ "signature-input", "\"@method\"", "\"Date\" \"@method\"",
	  "The signature covers what is no header" },
	{ "signature-input", "\"@method\"", "\"@path\" \"@query\" \"@method\"",
	  "wrong" },
	{ "signature-input", "sig1=(", "sig1=", "The header Signature-Input" },
	{ "signature-input", "sig1=", "", "The header Signature-Input" },
	{ "signature-input", "sig1=", "sig2=", "The header Signature has no" },
	{ "signature-input", "main-key\"", "main-key\", sig2=()",
	  "The request has more than one" },
	{ "signature-input", "main-key\"", "main-key", "The header Signature" },
	{ "signature", NULL, NULL, "The header signature is missing" },
	{ "signature", "sig1=:", "sig1=:AAAA", "wrong" },
	{ "signature", "sig1=:", "sig1=", "The header Signature has no" },
	{ "signature", "sig1=:", "sig1=::", "The header Signature is not one" },
};

static void test_changes(struct task *task, bool is_draft,
			 const struct change *rows, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		const struct change *row = &rows[i];
		struct http_signed_request request =
			signed_request(task, is_draft, true);
		const char *what = arena_printf(
			task->arena, "%s: %s %s -> %s",
			is_draft ? "draft" : "9421", row->header,
			row->from ? row->from : "", row->to ? row->to : "gone");

		change(task, &request, row);
		expect(task, &request, row->expected, what);
	}
}

static void test_unchanged(struct task *task)
{
	for (int i = 0; i < 4; i++) {
		struct http_signed_request request =
			signed_request(task, i & 1, i & 2);

		expect(task, &request, "good", i & 1 ? "draft" : "RFC 9421");
		request.now = NOW + 3599 - 2;
		expect(task, &request, "good", "an hour later");
		request.now = NOW + 4000;
		ok(strcmp(outcome(task, &request), "good"), "but not for ever");
	}
}

/* A signature of what http_signature_read() says is signed, whatever is in
 * the headers: "SIGN" in them is where it goes. */
static void test_made(struct task *task, struct http_signed_request *request,
		      const char *expected, const char *what)
{
	const char *header =
		arena_strdup(task->arena, json_text(request->ctx, "signature"));
	struct http_signature signature;

	set(request, "signature", replaced(task, header, "SIGN", "AAAA"));
	if (http_signature_read(task, request, &signature)) {
		const char *made = signature_make(task, key, signature.texts[0],
						  strlen(signature.texts[0]));

		set(request, "signature", replaced(task, header, "SIGN", made));
	}
	expect(task, request, expected, what);
}

static void test_headers(struct task *task)
{
	static const struct {
		const char *signature;
		const char *expected;
	} rows[] = {
		{ "headers=\"(request-target) host date\"", "good" },
		{ "headers=\"(request-target) host date accept\"", "good" },
		{ "headers=\"(request-target) date host\",created=\"1\"",
		  "good" },
		{ "algorithm=hs2019,headers=\"(request-target) (created) "
		  "host\",created=1749988800",
		  "good" },
		{ "headers=\"(request-target) (created) host\","
		  "created=1749992401",
		  "The signature was created in the future" },
		{ "headers=\"(request-target) (created) host\","
		  "created=1749984899",
		  "The signature has expired" },
		{ "headers=\"(request-target) (created) (expires) host\","
		  "created=1749970000,expires=1749985300",
		  "good" },
		{ "headers=\"(request-target) (created) (expires) host\","
		  "created=1749900000,expires=1750000000",
		  "The signature has expired" },
		{ "headers=\"(request-target) (created) host\"",
		  "(created) wants hs2019" },
		{ "headers=\"(request-target) (created) host\",created=1.5",
		  "(created) wants hs2019" },
		{ "headers=\"\"", "The signature does not cover" },
		{ "created=1749988800", "The signature does not cover" },
		{ "headers=\"(request-target) host date digest\"",
		  "The header digest is missing" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct http_signed_request request = empty_request(task);

		request.method = "GET";
		request.body = NULL;
		request.body_len = 0;
		set(&request, "host", "video.example");
		set(&request, "date", "Sun, 15 Jun 2025 12:00:00 GMT");
		set(&request, "accept", "application/activity+json");
		set(&request, "signature",
		    arena_printf(task->arena,
				 "keyId=\"k\",%s,signature=\"SIGN\"",
				 rows[i].signature));
		test_made(task, &request, rows[i].expected, rows[i].signature);
	}
}

static void test_query(struct task *task)
{
	struct http_signed_request request = signed_request(task, true, false);
	struct http_signing signing = { .method = "GET",
					.url = "https://video.example/inbox?x",
					.key_id = KEY_ID,
					.key = key,
					.now = NOW,
					.without_query = true };

	add_lines(&request, http_sign_draft(task, &signing), task);
	expect(task, &request, "good", "signed without the query");
	request.target = "/inbox";
	expect(task, &request, "good", "there is none");
	signing.url = "https://video.example";
	add_lines(&request, http_sign_draft(task, &signing), task);
	request.target = "/";
	expect(task, &request, "good", "no path");
	signing.url = "https://video.example?x";
	add_lines(&request, http_sign_draft(task, &signing), task);
	request.target = "/?x";
	expect(task, &request, "good", "a query without a path");
}

static void test_digests(struct task *task)
{
	uint8_t digest[64];
	struct http_signed_request request = empty_request(task);

	EVP_Digest(BODY, strlen(BODY), digest, NULL, EVP_sha512(), NULL);
	set(&request, "host", "video.example");
	set(&request, "date", "Sun, 15 Jun 2025 12:00:00 GMT");
	set(&request, "digest",
	    arena_printf(task->arena, "md5=xx , SHA-512=%s,",
			 base64_encode(task->arena, digest, sizeof(digest))));
	set(&request, "signature",
	    "keyId=\"k\",headers=\"(request-target) host date digest\","
	    "signature=\"SIGN\"");
	test_made(task, &request, "good", "a digest by SHA-512");
	set(&request, "digest", "SHA-512=xxxx");
	expect(task, &request, "The header digest is not", "and a wrong one");
}

static void test_places(struct task *task)
{
	struct http_signed_request request = signed_request(task, true, true);
	const char *value =
		arena_strdup(task->arena, json_text(request.ctx, "signature"));
	struct http_signature signature;

	set(&request, "authorization",
	    arena_printf(task->arena, "Signature %s", value));
	set(&request, "signature", "nonsense");
	expect(task, &request, "good", "Authorization wins");
	http_signature_read(task, &request, &signature);
	is(signature.key_id, KEY_ID, "the key's id");
	is(http_signature_actor_url(task, KEY_ID),
	   "https://peer.example/accounts/bob", "and whose it is");
	is(http_signature_actor_url(task, "https://a.example/x/main-key"),
	   "https://a.example/x/main-key", "an id without a fragment");
	is_int(signature.until, NOW - 2 + 3600, "how long it is accepted");
	is_int((long long)strlen(signature.hash), 64, "its hash");
	is_int(json_object_object_length(signature.headers), 4,
	       "what is to be kept of the headers");
	request.ctx = signature.headers;
	expect(task, &request, "good", "that is enough to read it again");
	set(&request, "signature", value);
	set(&request, "authorization", "Bearer secret");
	http_signature_read(task, &request, &signature);
	ok(!json_text(signature.headers, "authorization"),
	   "other credentials are not kept");
}

static void test_hostile(struct task *task)
{
	char *big = arena_alloc(task->arena, 10000);
	struct http_signed_request request = signed_request(task, true, true);

	memset(big, 'a', 9000);
	set(&request, "signature", big);
	expect(task, &request, "The header signature is too long", "9 kB");
	set(&request, "signature", "keyId=\"a\x01\"");
	expect(task, &request, "The header signature is too", "a control");
	set(&request, "signature", "keyId=\"a\xff\"");
	expect(task, &request, "The header signature is too", "not ASCII");
	memset(big, ',', 4000);
	big[4000] = '\0';
	set(&request, "signature", big);
	expect(task, &request, "The header Signature is no", "commas");
	request = signed_request(task, true, true);
	set(&request, "signature",
	    "keyId=a,headers=\"a b c d e f g h i j k l m n o p q r s t u v w "
	    "x y z a1 a2 a3 a4 a5 a6 a7 a8\",signature=\"\"");
	expect(task, &request, "The signature covers too much", "34 headers");
	request = signed_request(task, true, true);
	big[0] = '/';
	big = arena_printf(task->arena, "%s%s%s", big, big, big);
	request.target = big;
	expect(task, &request, "The request's URL is too long", "12 kB");
}

static void all(struct task *task, void *arg)
{
	(void)arg;
	pem = actor_key_new(task);
	key = signature_private_key(pem.private_key);
	test_unchanged(task);
	test_changes(task, true, draft_changes, ARRAY_LEN(draft_changes));
	test_changes(task, false, rfc_changes, ARRAY_LEN(rfc_changes));
	test_headers(task);
	test_query(task);
	test_digests(task);
	test_places(task);
	test_hostile(task);
	EVP_PKEY_free(key);
}

int main(void)
{
	struct task task = { .arena = arena_new((size_t)32 << 20) };

	ok(task_run(&task, all, NULL), "no failure: %s", task.message);
	arena_free(task.arena);
	return tap_done();
}
