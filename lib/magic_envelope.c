/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "magic_envelope.h"

#include <string.h>

#include "base64.h"
#include "signature.h"
#include "utf8.h"
#include "xml.h"

#define NAMESPACE "http://salmon-protocol.org/ns/magic-env"
/* "application/xml", "base64url" and "RSA-SHA256". */
#define SIGNED_REST ".YXBwbGljYXRpb24veG1s.YmFzZTY0dXJs.UlNBLVNIQTI1Ng=="
#define AUTHOR_MAX 400

/* --- base64 -------------------------------------------------------------- */

/* Base64 of either alphabet, with white space and without padding or not, as
 * what base64_decode() takes. */
static const char *plain_base64(struct arena *arena, const char *text)
{
	struct buf plain = buf_make(arena, strlen(text) + 4);

	for (; *text; text++)
		if (!strchr(" \t\r\n=", *text))
			buf_char(&plain, *text == '-' ? '+' :
					 *text == '_' ? '/' :
							*text);
	while (plain.len % 4)
		buf_char(&plain, '=');
	return plain.data;
}

static uint8_t *decode(struct arena *arena, const char *text, size_t *len)
{
	const char *plain = plain_base64(arena, text);

	return base64_decode(arena, plain, strlen(plain), len);
}

/* Base64url with padding, as Salmon has it. */
static const char *url_alphabet(char *text)
{
	for (char *c = text; *c; c++)
		*c = *c == '+' ? '-' : *c == '/' ? '_' : *c;
	return text;
}

static const char *encode(struct arena *arena, const void *bytes, size_t len)
{
	return url_alphabet(base64_encode(arena, bytes, len));
}

/* Bytes that are text, or NULL. */
static const char *decode_text(struct arena *arena, const char *text,
			       size_t *len)
{
	const char *bytes = (const char *)decode(arena, text, len);

	if (!bytes || !utf8_is_text(bytes, *len))
		return NULL;
	return arena_strndup(arena, bytes, *len);
}

/* --- reading ------------------------------------------------------------- */

struct envelope_parts {
	const char *data, *type, *encoding, *alg, *sig, *key_id;
};

static const char *attribute(const struct xml_reader *reader, const char *name)
{
	for (size_t i = 0; i < reader->nr_attributes; i++)
		if (!strcmp(reader->attributes[i].name, name))
			return reader->attributes[i].value;
	return NULL;
}

/* The text up to the close of the element that was just opened; NULL where
 * there are elements in it. */
static const char *element_text(struct xml_reader *reader)
{
	struct xml_token token = xml_next(reader);
	const char *text = "";

	if (token.kind == XML_TEXT) {
		text = token.text;
		token = xml_next(reader);
	}
	return token.kind == XML_CLOSE ? text : NULL;
}

static bool take_part(struct xml_reader *reader, const char *name,
		      struct envelope_parts *parts)
{
	const struct {
		const char *name;
		const char **part;
	} known[] = { { "me:data", &parts->data },
		      { "me:encoding", &parts->encoding },
		      { "me:alg", &parts->alg },
		      { "me:sig", &parts->sig } };

	if (!strcmp(name, "me:data"))
		parts->type = attribute(reader, "type");
	if (!strcmp(name, "me:sig"))
		parts->key_id = attribute(reader, "key_id");
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (!strcmp(known[i].name, name)) {
			if (*known[i].part)
				return false;
			*known[i].part = element_text(reader);
			return *known[i].part != NULL;
		}
	return element_text(reader) != NULL;
}

static bool take_parts(struct xml_reader *reader, struct envelope_parts *parts)
{
	struct xml_token token = xml_next(reader);
	const char *namespace = attribute(reader, "xmlns:me");

	if (token.kind != XML_OPEN || strcmp(token.name, "me:env") != 0 ||
	    !namespace || strcmp(namespace, NAMESPACE) != 0)
		return false;
	for (;;) {
		token = xml_next(reader);
		if (token.kind == XML_CLOSE)
			return xml_next(reader).kind == XML_END;
		if (token.kind == XML_BAD ||
		    (token.kind == XML_OPEN &&
		     !take_part(reader, token.name, parts)))
			return false;
	}
}

static bool is_text(const char *text, const char *wanted)
{
	return text && !strcmp(text, wanted);
}

bool magic_envelope_read(struct arena *arena, const char *text, size_t len,
			 struct magic_envelope *envelope)
{
	struct xml_reader reader = xml_reader(arena, text, len);
	struct envelope_parts parts = { .data = NULL };
	size_t author_len;

	if (!take_parts(&reader, &parts) || !parts.data || !parts.sig ||
	    !parts.key_id || !is_text(parts.type, "application/xml") ||
	    !is_text(parts.encoding, "base64url") ||
	    !is_text(parts.alg, "RSA-SHA256"))
		return false;
	envelope->xml = decode_text(arena, parts.data, &envelope->len);
	envelope->author = decode_text(arena, parts.key_id, &author_len);
	envelope->signature = decode(arena, parts.sig, &envelope->nr_bytes);
	if (!envelope->xml || !envelope->author || author_len > AUTHOR_MAX ||
	    !envelope->signature || envelope->nr_bytes > SIGNATURE_MAX_BYTES)
		return false;
	envelope->signed_text =
		arena_printf(arena, "%s" SIGNED_REST,
			     encode(arena, envelope->xml, envelope->len));
	return true;
}

static bool is_signed(struct task *task, const char *public_key,
		      const char *text, const uint8_t *bytes, size_t nr)
{
	EVP_PKEY *key = signature_public_key(task, public_key);

	return key && signature_verify(key, SIGNATURE_RSA_SHA256, text, bytes,
				       nr) == SIGNATURE_GOOD;
}

bool magic_envelope_verify(struct task *task,
			   const struct magic_envelope *envelope,
			   const char *public_key)
{
	return is_signed(task, public_key, envelope->signed_text,
			 envelope->signature, envelope->nr_bytes);
}

/* --- making -------------------------------------------------------------- */

const char *magic_envelope_make(struct task *task, EVP_PKEY *key,
				const char *author, const char *xml)
{
	const char *data = encode(task->arena, xml, strlen(xml));
	const char *text = arena_printf(task->arena, "%s" SIGNED_REST, data);
	const char *made = signature_make(task, key, text, strlen(text));

	return arena_printf(task->arena,
			    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
			    "<me:env xmlns:me=\"" NAMESPACE "\">\n"
			    "  <me:data type=\"application/xml\">%s</me:data>\n"
			    "  <me:encoding>base64url</me:encoding>\n"
			    "  <me:alg>RSA-SHA256</me:alg>\n"
			    "  <me:sig key_id=\"%s\">%s</me:sig>\n"
			    "</me:env>\n",
			    data, encode(task->arena, author, strlen(author)),
			    url_alphabet(arena_strdup(task->arena, made)));
}

/* --- entities ------------------------------------------------------------ */

const char *pod_entity_value(const struct pod_entity *entity, const char *name)
{
	for (size_t i = 0; i < entity->nr; i++)
		if (!strcmp(entity->fields[i].name, name))
			return entity->fields[i].value;
	return NULL;
}

/* Behind the close of an element that has others in it. */
static bool skip_element(struct xml_reader *reader, size_t depth)
{
	struct xml_token token;

	while (reader->depth > depth) {
		token = xml_next(reader);
		if (token.kind == XML_BAD)
			return false;
	}
	return true;
}

static bool take_field(struct xml_reader *reader, const char *name,
		       struct pod_entity *entity)
{
	size_t depth = reader->depth - 1;
	const char *value = element_text(reader);

	if (!value)
		return !reader->is_bad && skip_element(reader, depth);
	if (entity->nr == POD_ENTITY_MAX_FIELDS ||
	    pod_entity_value(entity, name))
		return false;
	entity->fields[entity->nr++] = (struct pod_field){ name, value };
	return true;
}

bool pod_entity_read(struct arena *arena, const char *xml, size_t len,
		     struct pod_entity *entity)
{
	struct xml_reader reader = xml_reader(arena, xml, len);
	struct xml_token token = xml_next(&reader);

	entity->nr = 0;
	if (token.kind != XML_OPEN)
		return false;
	entity->name = token.name;
	for (;;) {
		token = xml_next(&reader);
		if (token.kind == XML_CLOSE)
			return xml_next(&reader).kind == XML_END;
		if (token.kind == XML_BAD ||
		    (token.kind == XML_OPEN &&
		     !take_field(&reader, token.name, entity)))
			return false;
	}
}

const char *pod_entity_xml(struct arena *arena, const struct pod_entity *entity)
{
	struct buf xml = buf_make(arena, XML_MAX_BYTES);

	buf_printf(&xml, "<%s>\n", entity->name);
	for (size_t i = 0; i < entity->nr; i++) {
		buf_str(&xml, "  ");
		xml_element(&xml, entity->fields[i].name,
			    entity->fields[i].value);
	}
	buf_printf(&xml, "</%s>", entity->name);
	return xml.data;
}

/* --- relayables ---------------------------------------------------------- */

static const char *relayable_text(struct arena *arena,
				  const struct pod_entity *entity)
{
	struct buf text = buf_make(arena, XML_MAX_BYTES);
	const char *between = "";

	for (size_t i = 0; i < entity->nr; i++) {
		if (!strcmp(entity->fields[i].name, "author_signature"))
			continue;
		buf_str(&text, between);
		buf_str(&text, entity->fields[i].value);
		between = ";";
	}
	return text.data;
}

const char *relayable_sign(struct task *task, EVP_PKEY *key,
			   const struct pod_entity *entity)
{
	const char *text = relayable_text(task->arena, entity);

	return signature_make(task, key, text, strlen(text));
}

bool relayable_verify(struct task *task, const struct pod_entity *entity,
		      const char *public_key)
{
	const char *written = pod_entity_value(entity, "author_signature");
	size_t nr;
	const uint8_t *bytes =
		written ? decode(task->arena, written, &nr) : NULL;

	return bytes && nr <= SIGNATURE_MAX_BYTES &&
	       is_signed(task, public_key, relayable_text(task->arena, entity),
			 bytes, nr);
}
