/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* XML, Magic Envelopes, relayables and private envelopes. */
#include <openssl/evp.h>

#include "actor_key.h"
#include "bug.h"
#include "magic_envelope.h"
#include "signature.h"
#include "tap.h"
#include "xml.h"

/* The tokens of a document as one text: "<a x=1>text</a>.", "!" where it is
 * bad. */
static const char *tokens_of(struct arena *arena, const char *text, size_t len)
{
	struct xml_reader reader = xml_reader(arena, text, len);
	struct buf out = buf_make(arena, (size_t)4 << 20);

	for (;;) {
		struct xml_token token = xml_next(&reader);

		if (token.kind == XML_BAD || token.kind == XML_END) {
			ok(xml_next(&reader).kind == token.kind, "ends once");
			buf_char(&out, token.kind == XML_BAD ? '!' : '.');
			return out.data;
		}
		if (token.kind == XML_TEXT)
			buf_add(&out, token.text, token.len);
		if (token.kind == XML_CLOSE)
			buf_printf(&out, "</%s>", token.name);
		if (token.kind != XML_OPEN)
			continue;
		buf_printf(&out, "<%s", token.name);
		for (size_t i = 0; i < reader.nr_attributes; i++)
			buf_printf(&out, " %s=%s", reader.attributes[i].name,
				   reader.attributes[i].value);
		buf_char(&out, '>');
	}
}

static void test_good_xml(struct task *task)
{
	static const char *const rows[][2] = {
		{ "<a/>", "<a></a>." },
		{ "<a></a>", "<a></a>." },
		{ "\xef\xbb\xbf<?xml version='1.0'?>\n<a >x</a >\n",
		  "<a>x</a>." },
		{ "<!-- <b> --><a>1<!-- 2 -->3<?php ?>4</a><!---->",
		  "<a>134</a>." },
		{ "<a>&lt;&gt;&amp;&quot;&apos;</a>", "<a><>&\"'</a>." },
		{ "<a>&#65;&#x42;&#x1F600;</a>", "<a>AB\xf0\x9f\x98\x80</a>." },
		{ "<a>x\r\ny\rz&#13;</a>", "<a>x\ny\nz\r</a>." },
		{ "<a><![CDATA[<b>&amp;]]]]></a>", "<a><b>&amp;]]</a>." },
		{ "<a><b/>t<c>u</c></a>", "<a><b></b>t<c>u</c></a>." },
		{ "<me:a x = \"1\" y='&lt;2'/>", "<me:a x=1 y=<2></me:a>." },
		{ "<\xc3\xa9>\xc3\xa9</\xc3\xa9>",
		  "<\xc3\xa9>\xc3\xa9</\xc3\xa9>." },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		is(tokens_of(task->arena, rows[i][0], strlen(rows[i][0])),
		   rows[i][1], rows[i][0]);
}

static void test_bad_xml(struct task *task)
{
	static const char *const rows[] = {
		"",
		" ",
		"x",
		"<",
		"<a",
		"<a>",
		"</a>",
		"<a></b>",
		"<a><b></a></b>",
		"<a/><b/>",
		"<a/>x",
		"x<a/>",
		"<a b></a>",
		"<a b=1></a>",
		"<a b='1></a>",
		"<a b='<'/>",
		"<a b='1' b='2'/>",
		"<a b='1'c='2'/>",
		"<1/>",
		"<a>&nbsp;</a>",
		"<a>&</a>",
		"<a>&amp</a>",
		"<a>&#0;</a>",
		"<a>&#xd800;</a>",
		"<a>&#xfffe;</a>",
		"<a>&#x110000;</a>",
		"<a>&#99999999999999999999;</a>",
		"<a>&#;</a>",
		"<a>&#x;</a>",
		"<a>\x01</a>",
		"<a>\xff</a>",
		"<a>\xef\xbf\xbe</a>",
		"<a>]]></a>",
		"<a><!-- </a>",
		"<a><![CDATA[</a>",
		"<a><?x </a>",
		"<!DOCTYPE a><a/>",
		"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
		"<a><!ELEMENT b></a>",
		"<a 1='' 2='' 3='' 4='' 5='' 6='' 7='' 8='' 9=''/>",
		"<a b1='' b2='' b3='' b4='' b5='' b6='' b7='' b8='' b9=''/>",
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *tokens =
			tokens_of(task->arena, rows[i], strlen(rows[i]));

		ok(strchr(tokens, '!') != NULL, "bad: %.40s", rows[i]);
	}
	is(tokens_of(task->arena, "<a>\0</a>", 8), "!", "a NUL");
}

static const char *repeated(struct arena *arena, const char *text, int nr)
{
	struct buf out = buf_make(arena, (size_t)4 << 20);

	buf_str(&out, "<r>");
	for (int i = 0; i < nr; i++)
		buf_str(&out, text);
	buf_str(&out, "</r>");
	return out.data;
}

/* What is too much ends, and soon. */
static void test_limits(struct task *task)
{
	static const struct {
		const char *text;
		int nr;
		bool is_good;
	} rows[] = {
		{ "<a>", XML_MAX_DEPTH, false },
		{ "<a/>", XML_MAX_ELEMENTS - 1, true },
		{ "<a/>", XML_MAX_ELEMENTS, false },
		{ "x", (int)XML_MAX_BYTES - 7, true },
		{ "x", (int)XML_MAX_BYTES - 6, false },
		{ "<!---->", 70000, true },
		{ "<?a", 100000, false },
		{ "<!--", 100000, false },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *text =
			repeated(task->arena, rows[i].text, rows[i].nr);
		const char *tokens = tokens_of(task->arena, text, strlen(text));

		ok(!strchr(tokens, '!') == rows[i].is_good, "%d times %s",
		   rows[i].nr, rows[i].text);
	}
}

static void test_escape(struct task *task)
{
	struct buf out = buf_make(task->arena, 1000);

	xml_element(&out, "a", "<&>\"'\r\n\x01\xef\xbf\xbe\xef\xbf\xbd");
	is(out.data, "<a>&lt;&amp;&gt;\"'&#13;\n\xef\xbf\xbd</a>\n",
	   "what has to be is escaped");
	is(tokens_of(task->arena, out.data, out.len),
	   "<a><&>\"'\r\n\xef\xbf\xbd</a>.", "and read again");
}

/* --- envelopes ----------------------------------------------------------- */

#define SOME_XML "<comment>\n  <text>a &amp; b</text>\n</comment>"

static const char *changed(struct arena *arena, const char *text,
			   const char *from, const char *to)
{
	const char *at = strstr(text, from);

	if (!at)
		BUG("no %s", from);
	return arena_printf(arena, "%.*s%s%s", (int)(at - text), text, to,
			    at + strlen(from));
}

static void test_tampered(struct task *task, const char *made, const char *pem)
{
	static const struct {
		const char *from, *to;
		bool is_read; /* but not signed */
	} rows[] = {
		{ "me:data type=\"application/xml\"",
		  "me:data type=\"text/xml\"", false },
		{ "RSA-SHA256", "RSA-SHA1", false },
		{ ">base64url", ">base64", false },
		{ "salmon-protocol.org/ns", "other.example/ns", false },
		{ "<me:sig ", "<me:sig x='", false },
		{ "<me:encoding>", "<me:alg>RSA-SHA256</me:alg><me:encoding>",
		  false },
		{ "key_id=", "id=", false },
		{ "<me:data", "<!DOCTYPE x><me:data", false },
		{ "PGNvbW1lbnQ", "PGNvbW1lbmQ", true },
		{ "PGNvbW1lbnQ", "PGNv!", false },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct magic_envelope envelope;
		const char *text =
			changed(task->arena, made, rows[i].from, rows[i].to);
		bool is_read = magic_envelope_read(task->arena, text,
						   strlen(text), &envelope);

		ok(is_read == rows[i].is_read &&
			   !(is_read &&
			     magic_envelope_verify(task, &envelope, pem)),
		   "changed: %s", rows[i].to);
	}
}

static void test_envelope(struct task *task)
{
	struct actor_key pair = actor_key_new(task);
	struct actor_key other = actor_key_new(task);
	EVP_PKEY *key = signature_private_key(pair.private_key);
	const char *made =
		magic_envelope_make(task, key, "a@pod.example", SOME_XML);
	struct magic_envelope envelope;

	ok(magic_envelope_read(task->arena, made, strlen(made), &envelope),
	   "what is made can be read");
	is(envelope.author, "a@pod.example", "its author");
	is(envelope.xml, SOME_XML, "its entity");
	ok(magic_envelope_verify(task, &envelope, pair.public_key),
	   "its signature");
	ok(!magic_envelope_verify(task, &envelope, other.public_key),
	   "not another's");
	ok(!magic_envelope_verify(task, &envelope, "no key"), "not no one's");
	test_tampered(task, made, pair.public_key);
	EVP_PKEY_free(key);
}

static void test_private(struct task *task)
{
	struct actor_key pair = actor_key_new(task);
	struct actor_key other = actor_key_new(task);
	EVP_PKEY *key = signature_private_key(pair.private_key);
	EVP_PKEY *wrong = signature_private_key(other.private_key);
	const char *sealed =
		private_envelope_seal(task, pair.public_key, "secret words");
	size_t len = 0;
	const char *open =
		private_envelope_open(task, key, sealed, strlen(sealed), &len);
	static const char *const bad[] = {
		"",
		"[]",
		"{}",
		"nonsense",
		"{\"aes_key\":1}",
		"{\"aes_key\":\"\",\"encrypted_magic_envelope\":\"\"}",
		"{\"aes_key\":\"AAAA\",\"encrypted_magic_envelope\":\"AAAA\"}",
	};

	ok(open && len == 12 && !memcmp(open, "secret words", len),
	   "opened by whom it is for");
	open = private_envelope_open(task, wrong, sealed, strlen(sealed), &len);
	ok(!open || len != 12 || memcmp(open, "secret words", 12) != 0,
	   "and by nobody else");
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ok(!private_envelope_open(task, key, bad[i], strlen(bad[i]),
					  &len),
		   "none: %s", bad[i]);
	ok(!private_envelope_seal(task, "no key", "x"), "for no key");
	EVP_PKEY_free(key);
	EVP_PKEY_free(wrong);
}

/* --- entities ------------------------------------------------------------ */

static void test_entity(struct task *task)
{
	static const char *const bad[] = {
		"<a><b>1</b><b>2</b></a>",
		"<a><b>1</b>",
		"<a><b><c>1</b></c></a>",
		"",
	};
	static const char xml[] = "<e> <a>1</a><n><a>2</a><m/></n><b/>x</e>";
	struct pod_entity entity;

	ok(pod_entity_read(task->arena, xml, strlen(xml), &entity),
	   "an entity");
	is(entity.name, "e", "its name");
	is_int((long long)entity.nr, 2, "its fields");
	is(pod_entity_value(&entity, "a"), "1", "a value");
	is(pod_entity_value(&entity, "b"), "", "an empty one");
	is(pod_entity_value(&entity, "n"), NULL, "with others in it");
	is(pod_entity_xml(task->arena, &entity),
	   "<e>\n  <a>1</a>\n  <b></b>\n</e>", "its XML");
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		ok(!pod_entity_read(task->arena, bad[i], strlen(bad[i]),
				    &entity),
		   "no entity: %s", bad[i]);
}

static void test_relayable(struct task *task)
{
	struct actor_key pair = actor_key_new(task);
	EVP_PKEY *key = signature_private_key(pair.private_key);
	struct pod_entity entity = { .name = "comment",
				     .fields = { { "author", "a@pod.example" },
						 { "text", "x;y" } },
				     .nr = 2 };
	const char *signature;

	ok(!relayable_verify(task, &entity, pair.public_key), "not signed");
	signature = relayable_sign(task, key, &entity);
	entity.fields[entity.nr++] =
		(struct pod_field){ "author_signature", signature };
	ok(relayable_verify(task, &entity, pair.public_key), "signed");
	entity.fields[1].value = "x;z";
	ok(!relayable_verify(task, &entity, pair.public_key), "changed");
	entity.fields[2].value = "?";
	ok(!relayable_verify(task, &entity, pair.public_key), "no base64");
	EVP_PKEY_free(key);
}

static void tests(struct task *task, void *arg)
{
	(void)arg;
	test_good_xml(task);
	test_bad_xml(task);
	test_limits(task);
	test_escape(task);
	test_envelope(task);
	test_private(task);
	test_entity(task);
	test_relayable(task);
}

int main(void)
{
	struct task task = { .arena = arena_new((size_t)256 << 20) };

	ok(task_run(&task, tests, NULL), "ran to its end");
	arena_free(task.arena);
	return tap_done();
}
