/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What JSON-LD says as RDF, what we refuse, and signatures of documents. What
 * jsonld.js says of more documents: t/21-clients-jsonld.t. */
#include <openssl/evp.h>
#include <time.h>

#include "actor_key.h"
#include "buf.h"
#include "bug.h"
#include "json.h"
#include "jsonld.h"
#include "ld_signature.h"
#include "tap.h"

#define AS "https://www.w3.org/ns/activitystreams"
#define INLINE \
	"{\"ex\":\"http://e/\",\"q\":\"ex:q\",\"l\":{\"@id\":\"ex:l\"," \
	"\"@container\":\"@list\"},\"en\":{\"@id\":\"ex:en\"," \
	"\"@language\":\"EN\"}}"
#define DOC(members) \
	"{\"@context\":[\"" AS "\"," INLINE "],\"id\":\"https://a\"," members \
	"}"
#define CONTEXT(context) \
	"{\"@context\":[\"" AS "\"," context "],\"id\":\"https://a\"," \
	"\"q\":\"x\"}"

struct row {
	const char *json;
	const char *expected; /* the lines; "!..." what begins the refusal */
};

static void check(struct task *task, const struct row *row, bool is_strict)
{
	const char *why;
	json_object *document = json_parse(task, row->json, strlen(row->json));
	const char *text = jsonld_canonical(task, document, is_strict, &why);

	if (*row->expected != '!')
		is(text ? text : why, row->expected, row->json);
	else if (!ok(!text && !strncmp(why, row->expected + 1,
				       strlen(row->expected + 1)),
		     "%s is refused", row->json))
		tap_note("got: ", text ? text : why);
}

static const struct row said[] = {
	{ DOC("\"q\":\"x\""), "<https://a> <http://e/q> \"x\" .\n" },
	{ DOC("\"ex:q\":[\"x\",null,\"x\"]"),
	  "<https://a> <http://e/q> \"x\" .\n" },
	{ DOC("\"type\":\"Note\""),
	  "<https://a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
	  "<" AS "#Note> .\n" },
	{ DOC("\"to\":\"as:Public\""),
	  "<https://a> <" AS "#to> <" AS "#Public> .\n" },
	{ DOC("\"to\":{\"id\":\"https://b\"}"),
	  "<https://a> <" AS "#to> <https://b> .\n" },
	{ DOC("\"to\":{\"name\":\"n\"}"), "<https://a> <" AS "#to> _:c14n0 .\n"
					  "_:c14n0 <" AS "#name> \"n\" .\n" },
	{ DOC("\"published\":\"2025\""),
	  "<https://a> <" AS "#published> "
	  "\"2025\"^^<http://www.w3.org/2001/XMLSchema#dateTime> .\n" },
	{ DOC("\"nameMap\":{\"PT\":\"x\",\"@none\":\"y\",\"de\":null}"),
	  "<https://a> <" AS "#name> \"x\"@pt .\n<https://a> <" AS
	  "#name> \"y\" .\n" },
	{ DOC("\"en\":\"x\""), "<https://a> <http://e/en> \"x\"@en .\n" },
	{ DOC("\"q\":[1,-1.5,true]"),
	  "<https://a> <http://e/q> "
	  "\"-1.5E0\"^^<http://www.w3.org/2001/XMLSchema#double> .\n"
	  "<https://a> <http://e/q> "
	  "\"1\"^^<http://www.w3.org/2001/XMLSchema#integer> .\n"
	  "<https://a> <http://e/q> "
	  "\"true\"^^<http://www.w3.org/2001/XMLSchema#boolean> .\n" },
	{ DOC("\"l\":[]"),
	  "<https://a> <http://e/l> "
	  "<http://www.w3.org/1999/02/22-rdf-syntax-ns#nil> .\n" },
	{ DOC("\"l\":[\"x\"]"),
	  "<https://a> <http://e/l> _:c14n0 .\n"
	  "_:c14n0 <http://www.w3.org/1999/02/22-rdf-syntax-ns#first> \"x\" "
	  ".\n"
	  "_:c14n0 <http://www.w3.org/1999/02/22-rdf-syntax-ns#rest> "
	  "<http://www.w3.org/1999/02/22-rdf-syntax-ns#nil> .\n" },
	{ DOC("\"q\":\"a\\\"b\\\\c\\nd\\re\\tf\""),
	  "<https://a> <http://e/q> \"a\\\"b\\\\c\\nd\\re\tf\" .\n" },
	{ DOC("\"q\":{\"@value\":\"x\",\"@language\":\"DE\"}"),
	  "<https://a> <http://e/q> \"x\"@de .\n" },
	{ DOC("\"nobody\":\"x\""), "" },
	{ DOC("\"to\":\"relative\""), "" },
	{ DOC("\"q\":{\"id\":\"relative\",\"name\":\"x\"}"), "" },
	{ "[]", "" },
	{ "{\"id\":\"https://a\",\"name\":\"x\"}", "" },
};

static const struct row refused[] = {
	{ "{\"@context\":\"https://example.org/context\"}", "!The context" },
	{ CONTEXT("\"https://w3id.org/security/v2\""), "!The context" },
	{ CONTEXT("5"), "!The context" },
	{ CONTEXT("[[]]"), "!The context" },
	{ CONTEXT("{\"@import\":\"x\"}"), "!The context has @import" },
	{ CONTEXT("{\"@base\":\"https://b/\"}"), "!The context has @base" },
	{ CONTEXT("{\"@version\":1.0}"), "!The context has @version" },
	{ CONTEXT("{\"@protected\":true}"), "!The context has @protected" },
	{ CONTEXT("{\"@vocab\":5}"), "!The context's @vocab" },
	{ CONTEXT("{\"@language\":5}"), "!The context's @language" },
	{ CONTEXT("{\"\":\"as:x\"}"), "!The context has an empty" },
	{ CONTEXT("{\"@id\":\"as:x\"}"), "!The context has @id" },
	{ CONTEXT("{\"a\":\"b:c\",\"b\":\"a:c\"}"), "!The term" },
	{ CONTEXT("{\"a:b\":\"as:x\"}"), "!The term a:b looks like" },
	{ CONTEXT("{\"a\":5}"), "!The term a has no IRI" },
	{ CONTEXT("{\"a\":\"@context\"}"), "!The term a is @context" },
	{ CONTEXT("{\"a\":\"@foo\"}"), "!The term a has no IRI" },
	{ CONTEXT("{\"@vocab\":null,\"a\":{\"@type\":\"@id\"}}"), "!The term" },
	{ CONTEXT("{\"q\":{\"@id\":\"as:a\",\"@type\":\"@json\"}}"),
	  "!The document has @json" },
	{ CONTEXT("{\"a\":{\"@id\":\"as:a\",\"@type\":\"@none\"}}"),
	  "!The term a has a type" },
	{ CONTEXT("{\"a\":{\"@id\":\"as:a\",\"@type\":\"_:b\"}}"),
	  "!The term a has a type" },
	{ CONTEXT("{\"a\":{\"@id\":\"as:a\",\"@container\":\"@index\"}}"),
	  "!The term a has a container" },
	{ CONTEXT("{\"a\":{\"@reverse\":\"as:a\"}}"), "!The term a has" },
	{ CONTEXT("{\"a\":{\"@id\":\"as:a\",\"@context\":{}}}"),
	  "!The term a" },
	{ CONTEXT("{\"a\":{\"@id\":\"as:a\",\"@language\":5}}"),
	  "!The term a" },
	{ CONTEXT("{\"a\":{\"@id\":5}}"), "!The term a has no IRI" },
	{ DOC("\"@id\":\"https://b\""), "!A keyword is there twice" },
	{ DOC("\"@graph\":[]"), "!The document has @graph" },
	{ DOC("\"@reverse\":{}"), "!The document has @reverse" },
	{ DOC("\"@included\":[]"), "!The document has @included" },
	{ DOC("\"@language\":\"x\""), "!A node has a language" },
	{ DOC("\"type\":5"), "!A type is no text" },
	{ DOC("\"to\":{\"id\":5}"), "!An id is no text" },
	{ DOC("\"to\":\"@type\""), "!\"@type\" is no IRI" },
	{ DOC("\"nameMap\":{\"en\":5}"), "!A language map" },
	{ DOC("\"q\":{\"@value\":{}}"), "!A value object is none" },
	{ DOC("\"q\":{\"@value\":\"x\",\"name\":\"y\"}"), "!A value object" },
	{ DOC("\"q\":{\"@value\":\"x\",\"@type\":\"nope\"}"), "!A value obj" },
	{ DOC("\"q\":{\"@value\":1,\"@language\":\"en\"}"), "!A value object" },
	{ DOC("\"q\":{\"@list\":[],\"name\":\"x\"}"), "!A list object" },
	{ DOC("\"q\":{\"@set\":[],\"@list\":[]}"), "!A list object" },
	{ DOC("\"l\":[{\"id\":\"relative\"}]"), "!A relative IRI" },
};

/* What a reader of plain JSON would take for something else. */
static const struct row strictly_refused[] = {
	{ "{\"id\":\"https://a\"}", "!The document has no context" },
	{ "{\"@context\":" INLINE "}", "!The context does not begin" },
	{ "{\"@context\":[" INLINE ",\"" AS "\"]}", "!The context does not" },
	{ "{\"@context\":[]}", "!The context is empty" },
	{ DOC("\"as:name\":\"x\""), "!The key \"as:name\" is no term" },
	{ DOC("\"" AS "#to\":\"x\""), "!The key" },
	{ DOC("\"http://e/q\":\"x\""), "<https://a> <http://e/q> \"x\" .\n" },
	{ DOC("\"@type\":\"Note\""), "!The key \"@type\" is no term" },
	{ DOC("\"nameMap\":{\"@none\":\"x\"}"), "!A text has no language" },
	{ CONTEXT("{\"text\":\"as:content\"}"), "!The term text is an ali" },
	{ CONTEXT("{\"me\":\"@id\"}"), "!The term me is an alias" },
	{ CONTEXT("{\"icons\":\"as:icon\",\"q\":\"http://q\"}"),
	  "<https://a> <http://q> \"x\" .\n" },
	{ CONTEXT("{\"icons\":\"as:name\"}"), "!The term icons is an ali" },
	{ DOC("\"nobody\":\"x\""), "!No context defines \"nobody\"" },
	{ DOC("\"nobody\":null"), "!No context defines \"nobody\"" },
	{ DOC("\"type\":\"Nobody\""), "!No context defines \"Nobody\"" },
	{ DOC("\"to\":\"relative\""), "!A relative IRI" },
	{ DOC("\"to\":{\"@context\":{},\"id\":\"https://b\"}"), "!A context" },
	{ DOC("\"q\":{\"@value\":null}"), "!The key \"@value\" is no term" },
	{ DOC("\"nameMap\":{\"pt_BR\":\"x\"}"), "!\"pt_BR\" is no" },
	{ DOC("\"nameMap\":{\"1a\":\"x\"}"), "!\"1a\" is no" },
	{ DOC("\"nameMap\":{\"zh-Hant\":\"x\"}"),
	  "<https://a> <" AS "#name> \"x\"@zh-hant .\n" },
	{ CONTEXT("null"), "!The context is a list" },
	{ CONTEXT("{\"content\":\"as:summary\"}"), "!The term content is re" },
	{ CONTEXT("{\"content\":null}"), "!The term content is redefined" },
	{ CONTEXT("{\"to\":\"as:to\"}"), "!The term to is redefined" },
	{ CONTEXT("{\"name\":{\"@id\":\"as:name\",\"@language\":\"x\"}}"),
	  "!The term name is redefined" },
	{ CONTEXT("{\"type\":\"as:x\"}"), "!The term type is redefined" },
	{ CONTEXT("{\"as\":\"https://other#\"}"), "!The term as is redefined" },
	{ CONTEXT("{\"@vocab\":\"https://o#\"}"), "!The context has a @vocab" },
	{ CONTEXT("\"https://w3id.org/identity/v1\""), "!The term" },
};

/* --- much work ---------------------------------------------------------- */

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static const char *repeated(struct task *task, const char *head,
			    const char *piece, size_t times, const char *tail)
{
	struct buf buf = buf_make(task->arena, JSON_MAX_BYTES);

	buf_str(&buf, head);
	for (size_t i = 0; i < times; i++)
		buf_str(&buf, piece);
	buf_str(&buf, tail);
	return buf.data;
}

/* Blank nodes each of which stands in a triple with all others. */
static const char *clique(struct task *task, int nr)
{
	struct buf buf = buf_make(task->arena, JSON_MAX_BYTES);

	buf_str(&buf, "[");
	for (int i = 0; i < nr; i++) {
		buf_printf(&buf, "%s{\"@id\":\"_:n%d\",\"http://p\":[",
			   i ? "," : "", i);
		for (int j = 0; j < nr; j++)
			buf_printf(&buf, "%s{\"@id\":\"_:n%d\"}", j ? "," : "",
				   j);
		buf_str(&buf, "]}");
	}
	buf_str(&buf, "]");
	return buf.data;
}

static const char *chain(struct task *task, int nr)
{
	struct buf buf = buf_make(task->arena, JSON_MAX_BYTES);

	buf_str(&buf, "{\"@context\":[{");
	for (int i = 0; i < nr; i++)
		buf_printf(&buf, "\"t%d\":\"t%d:x\",", i, i + 1);
	buf_printf(&buf, "\"t%d\":\"http://x/\"}]}", nr);
	return buf.data;
}

/* Whatever it says, it says it soon and in little memory. */
static void check_soon(struct task *task, const char *json, const char *what)
{
	double start = seconds();
	const char *why;
	json_object *document = json_load(task, json, strlen(json));
	size_t used = arena_used(task->arena);

	jsonld_canonical(task, document, false, &why);
	used = (arena_used(task->arena) - used) >> 20;
	ok(seconds() - start < 2 && used < 40, "%s: %.2f s, %zu MB, %.40s",
	   what, seconds() - start, used, why ? why : "told");
}

static void test_hostile(struct task *task)
{
	check_soon(task, clique(task, 5), "a clique of 5");
	check_soon(task, clique(task, 40), "a clique of 40");
	check_soon(task,
		   repeated(task, "{\"@id\":\"http://a\",\"http://p\":[0",
			    ",{}", 3000, "]}"),
		   "3,000 empty nodes");
	check_soon(task,
		   repeated(task,
			    "{\"@id\":\"http://a\",\"http://p\":{\"@list\":[0",
			    ",1", 8000, "]}}"),
		   "a list of 8,000 that are the same");
	check_soon(task,
		   repeated(task, "{\"@id\":\"http://a\",\"http://p\":[0",
			    ",{\"http://p\":{\"http://p\":{}}}", 1500, "]}"),
		   "1,500 chains that are the same");
	check_soon(task,
		   repeated(task, "", "{\"http://p\":", 30,
			    "0}}}}}}}}}}}}}}}}}}}}}}}}}}}}}}"),
		   "30 deep");
	check_soon(task,
		   repeated(task, "{\"@context\":[{}", ",{\"a\":\"b:c\"}", 5000,
			    "]}"),
		   "5,000 contexts");
	check_soon(task,
		   repeated(task, "{\"http://p\":[0",
			    ",{\"@context\":\"" AS "\"}", 2000, "]}"),
		   "2,000 contexts inside");
	check_soon(task, chain(task, 9000), "terms that need each other");
}

static void hostile(struct task *task, void *arg)
{
	(void)arg;
	test_hostile(task);
}

/* --- signatures --------------------------------------------------------- */

static void test_signature(struct task *task)
{
	struct actor_key pem = actor_key_new(task);
	EVP_PKEY *key = signature_private_key(pem.private_key);
	const char *text = DOC("\"type\":\"Note\",\"q\":\"x\"");
	json_object *document = json_parse(task, text, strlen(text));
	const char *why;

	is(ld_signature_creator(task, document), NULL, "nobody signed");
	is_int(ld_signature_verify(task, document, pem.public_key, &why),
	       LD_SIGNATURE_UNKNOWN, "not signed");
	ld_signature_sign(task, document, "https://a", key, 1749988801);
	is(ld_signature_creator(task, document), "https://a", "who signed");
	is(json_text(json_member(document, "signature"), "created"),
	   "2025-06-15T12:00:01.000Z", "when");
	is_int(ld_signature_verify(task, document, pem.public_key, &why),
	       LD_SIGNATURE_GOOD, "good");
	is_int(ld_signature_verify(task, document, "none", &why),
	       LD_SIGNATURE_UNKNOWN, "without a key");
	json_object_object_add(document, "name", json_object_new_string("x"));
	is_int(ld_signature_verify(task, document, pem.public_key, &why),
	       LD_SIGNATURE_WRONG, "something was added");
	json_object_object_del(document, "name");
	json_object_object_add(document, "x", json_object_new_string("x"));
	is_int(ld_signature_verify(task, document, pem.public_key, &why),
	       LD_SIGNATURE_UNKNOWN, "something unsigned was added");
	is(why, "No context defines \"x\".", "why");
	EVP_PKEY_free(key);
}

static void sign_undefined(struct task *task, void *arg)
{
	const char *text = DOC("\"x\":\"y\"");

	(void)arg;
	ld_signature_sign(task, json_parse(task, text, strlen(text)),
			  "https://a", NULL, 0);
}

static void all(struct task *task, void *arg)
{
	(void)arg;
	for (size_t i = 0; i < ARRAY_LEN(said); i++)
		check(task, &said[i], false);
	for (size_t i = 0; i < ARRAY_LEN(refused); i++)
		check(task, &refused[i], false);
	for (size_t i = 0; i < ARRAY_LEN(strictly_refused); i++)
		check(task, &strictly_refused[i], true);
	test_signature(task);
}

int main(void)
{
	struct task task = { .arena = arena_new((size_t)256 << 20) };

	ok(task_run(&task, all, NULL), "no failure: %s", task.message);
	ok(!task_run(&task, sign_undefined, NULL), "not signed: %s",
	   task.message);
	arena_reset(task.arena);
	ok(task_run(&task, hostile, NULL), "no failure: %s", task.message);
	arena_free(task.arena);
	return tap_done();
}
