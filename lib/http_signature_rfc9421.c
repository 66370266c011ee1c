/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>
#include <strings.h>

#include "bug.h"
#include "http_signature_private.h"
#include "utf8.h"

#define KEY_LETTERS "abcdefghijklmnopqrstuvwxyz0123456789_-.*"

/* What is left of a structured field (RFC 8941). */
struct field {
	struct reading *reading;
	const char *at;
};

static bool bad_input(struct field *field)
{
	return refuse(field->reading, "The header Signature-Input is no list"
				      " with parameters.");
}

/* The name of a member or parameter; "" where there is none. */
static const char *take_key(struct field *field)
{
	size_t len = strspn(field->at, KEY_LETTERS);
	const char *key =
		arena_strndup(field->reading->task->arena, field->at, len);

	field->at += len;
	return key;
}

/* A string; NULL where there is none. */
static const char *take_string(struct field *field)
{
	struct arena *arena = field->reading->task->arena;
	char *text = arena_alloc(arena, strlen(field->at) + 1);
	size_t len = 0;

	if (*field->at != '"')
		return NULL;
	for (field->at++; *field->at != '"'; field->at++) {
		if (*field->at == '\\')
			field->at++;
		if (!*field->at)
			return NULL;
		text[len++] = *field->at;
	}
	field->at++;
	return text;
}

/* A parameter's value as text, whatever its type. */
static const char *take_value(struct field *field)
{
	size_t len;
	const char *value;

	if (*field->at == '"')
		return take_string(field);
	len = strcspn(field->at, ";, \t\"()");
	value = arena_strndup(field->reading->task->arena, field->at, len);
	field->at += len;
	return len ? value : NULL;
}

/* ("@method" "@target-uri"): components with parameters of their own, as
 * those of responses have, are not for requests of ours. */
static bool take_components(struct field *field)
{
	const char *name;

	if (*field->at++ != '(')
		return bad_input(field);
	for (;;) {
		field->at += strspn(field->at, " ");
		if (*field->at == ')')
			break;
		name = take_string(field);
		if (!name || (*field->at != ' ' && *field->at != ')'))
			return bad_input(field);
		if (!reading_cover(field->reading, name))
			return false;
	}
	field->at++;
	return true;
}

struct parameters {
	const char *key_id;
	const char *algorithm;
	const char *created;
	const char *expires;
};

static bool keep_parameter(struct field *field, struct parameters *parameters,
			   const char *name, const char *value)
{
	struct {
		const char *name;
		const char **value;
	} known[] = {
		{ "keyid", &parameters->key_id },
		{ "alg", &parameters->algorithm },
		{ "created", &parameters->created },
		{ "expires", &parameters->expires },
	};

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		if (strcmp(known[i].name, name))
			continue;
		if (*known[i].value)
			return refuse(field->reading,
				      "The header Signature-Input has %s"
				      " twice.",
				      name);
		*known[i].value = value;
	}
	return true;
}

static bool take_parameters(struct field *field, struct parameters *parameters)
{
	while (*field->at == ';') {
		const char *name, *value = "?1";

		field->at++;
		field->at += strspn(field->at, " ");
		name = take_key(field);
		if (*field->at == '=') {
			field->at++;
			value = take_value(field);
		}
		if (!*name || !value)
			return bad_input(field);
		if (!keep_parameter(field, parameters, name, value))
			return false;
	}
	if (*field->at == ',')
		return refuse(field->reading, "The request has more than one"
					      " signature.");
	return !*field->at || bad_input(field);
}

static bool check_parameters(struct reading *reading,
			     const struct parameters *parameters)
{
	const char *algorithm = parameters->algorithm;

	if (!parameters->key_id || !parameters->created)
		return refuse(reading, "The header Signature-Input has no keyid"
				       " or no created.");
	reading->signature->key_id = parameters->key_id;
	reading->created = reading_seconds(parameters->created);
	if (parameters->expires)
		reading->expires = reading_seconds(parameters->expires);
	if (reading->created < 0 ||
	    (parameters->expires && reading->expires < 0))
		return refuse(reading, "The signature's created or expires is"
				       " no time.");
	reading->signature->kinds = SIGNATURE_RSA_SHA256 | SIGNATURE_ED25519;
	if (algorithm && strcmp(algorithm, "rsa-v1_5-sha256") &&
	    strcmp(algorithm, "ed25519"))
		return refuse(reading,
			      "The signature's algorithm is \"%.40s\".",
			      algorithm);
	return reading_check_times(reading);
}

static bool check_covered(struct reading *reading)
{
	static const char *const needed[] = { "@method", "@target-uri" };
	bool has_body = reading->request->body_len ||
			!strcmp(reading->request->method, "POST");

	for (size_t i = 0; i < ARRAY_LEN(needed); i++)
		if (!reading_covers(reading, needed[i]))
			return refuse(reading,
				      "The signature does not cover"
				      " %s.",
				      needed[i]);
	if (reading_covers(reading, "content-digest"))
		return reading_check_digest(reading, "content-digest", ':');
	if (has_body)
		return refuse(reading, "The signature does not cover"
				       " content-digest.");
	return true;
}

/* A derived component (RFC 9421, 2.2); NULL where we know none. */
static const char *derived(struct reading *reading, const char *name)
{
	const struct http_signed_request *request = reading->request;
	struct arena *arena = reading->task->arena;
	size_t path_len = strcspn(request->target, "?");

	if (!strcmp(name, "@method"))
		return request->method;
	if (!strcmp(name, "@target-uri"))
		return arena_printf(arena, "%s%s", request->origin,
				    request->target);
	if (!strcmp(name, "@request-target"))
		return request->target;
	if (!strcmp(name, "@authority"))
		return utf8_lower(arena, strstr(request->origin, "://") + 3);
	if (!strcmp(name, "@scheme"))
		return request->origin[4] == 's' ? "https" : "http";
	if (!strcmp(name, "@path"))
		return arena_strndup(arena, request->target, path_len);
	if (!strcmp(name, "@query"))
		return request->target[path_len] ? request->target + path_len :
						   "?";
	return NULL;
}

/* The signature base (RFC 9421, 2.5); `input` is the member's value. */
static bool make_text(struct reading *reading, const char *input)
{
	struct buf buf = buf_make(reading->task->arena, HTTP_TEXT_MAX);

	if (strlen(reading->request->target) > HTTP_HEADER_MAX)
		return refuse(reading, "The request's URL is too long.");
	for (size_t i = 0; i < reading->nr_covered; i++) {
		const char *name = reading->covered[i];
		const char *value = *name == '@' || *name == '(' ?
					    derived(reading, name) :
					    reading_need(reading, name);

		if (!value)
			return refuse(reading, "The signature covers %.64s.",
				      name);
		buf_printf(&buf, "\"%s\": %s\n", name, value);
	}
	buf_printf(&buf, "\"@signature-params\": %s", input);
	reading->signature->texts[0] = buf.data;
	return true;
}

/* LABEL=:BASE64: */
static bool take_signature(struct reading *reading, const char *label)
{
	const char *header = reading_need(reading, "signature");
	size_t len = strlen(label);

	if (!header)
		return false;
	if (strncmp(header, label, len) || header[len] != '=' ||
	    header[len + 1] != ':')
		return refuse(reading, "The header Signature has no \"%.40s\".",
			      label);
	header += len + 2;
	len = strcspn(header, ":");
	if (header[len] != ':' || header[len + 1])
		return refuse(reading, "The header Signature is not one byte"
				       " sequence.");
	reading->signature_text =
		arena_strndup(reading->task->arena, header, len);
	return true;
}

bool reading_rfc9421(struct reading *reading, const char *input)
{
	struct field field = { reading, input };
	struct parameters parameters = { 0 };
	const char *label = take_key(&field);

	if (!*label || *field.at++ != '=')
		return bad_input(&field);
	input = field.at;
	return take_components(&field) &&
	       take_parameters(&field, &parameters) && check_covered(reading) &&
	       check_parameters(reading, &parameters) &&
	       make_text(reading, input) && take_signature(reading, label);
}
