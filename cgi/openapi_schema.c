/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Declared types as JSON Schema. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bug.h"
#include "openapi.h"

#define REF "#/components/schemas/"
#define NAME_MAX_BYTES 80

void openapi_add(json_object *object, const char *key, const char *text)
{
	json_object_object_add(object, key, json_object_new_string(text));
}

static json_object *schema_of(const char *type)
{
	json_object *schema = json_object_new_object();

	openapi_add(schema, "type", type);
	return schema;
}

static void add_range(json_object *schema, const char *least, const char *most,
		      const struct param *param)
{
	json_object_object_add(schema, least,
			       json_object_new_int64(param->min));
	json_object_object_add(schema, most, json_object_new_int64(param->max));
}

static json_object *choice_schema(const struct param *param)
{
	json_object *schema = schema_of("string");
	json_object *choices = json_object_new_array();

	for (const char *at = param->choices; *at;) {
		size_t len = strcspn(at, "|");

		json_object_array_add(choices,
				      json_object_new_string_len(at, (int)len));
		at += len + (at[len] != '\0');
	}
	json_object_object_add(schema, "enum", choices);
	return schema;
}

/* A list may always be empty: `min` is for one that is not. */
static json_object *list_schema(const struct param *param, const char *type)
{
	json_object *schema = schema_of("array");

	json_object_object_add(schema, "items", schema_of(type));
	json_object_object_add(schema, "maxItems",
			       json_object_new_int64(param->max));
	return schema;
}

static json_object *ranged_schema(const struct param *param, const char *type,
				  const char *least, const char *most)
{
	json_object *schema = schema_of(type);

	add_range(schema, least, most, param);
	return schema;
}

static json_object *format_schema(const char *format)
{
	json_object *schema = schema_of("string");

	openapi_add(schema, "format", format);
	return schema;
}

static json_object *type_schema(const struct param *param)
{
	switch (param->type) {
	case PARAM_INT:
		return ranged_schema(param, "integer", "minimum", "maximum");
	case PARAM_TEXT:
	case PARAM_CHARS:
		return ranged_schema(param, "string", "minLength", "maxLength");
	case PARAM_BOOL: return schema_of("boolean");
	case PARAM_CHOICE: return choice_schema(param);
	case PARAM_LIST: return list_schema(param, "string");
	case PARAM_INTS: return list_schema(param, "integer");
	case PARAM_VIDEO: return format_schema("video-id");
	case PARAM_HANDLE: return format_schema("handle");
	case PARAM_UUID: return format_schema("uuid");
	case PARAM_DATE: return format_schema("date-time");
	case PARAM_PASSWORD: return schema_of("string");
	default: return json_object_new_object();
	}
}

json_object *openapi_param_schema(const struct param *param)
{
	json_object *schema = type_schema(param);
	const char *fallback = param->fallback;
	json_object *value;

	if (!fallback)
		return schema;
	if (param->type == PARAM_INT)
		value = json_object_new_int64(strtoll(fallback, NULL, 10));
	else if (param->type == PARAM_BOOL)
		value = json_object_new_boolean(!strcmp(fallback, "true"));
	else
		value = json_object_new_string(fallback);
	json_object_object_add(schema, "default", value);
	return schema;
}

static json_object *member(json_object *object, const char *key,
			   json_object *(*make)(void))
{
	json_object *found;

	if (json_object_object_get_ex(object, key, &found))
		return found;
	found = make();
	json_object_object_add(object, key, found);
	return found;
}

static json_object *new_object_schema(void)
{
	return schema_of("object");
}

void openapi_add_member(json_object *schema, const struct param *param)
{
	char key[NAME_MAX_BYTES];
	const char *name = param->name;
	json_object *properties;

	for (;;) {
		size_t len = strcspn(name, ".");

		snprintf(key, sizeof(key), "%.*s", (int)len, name);
		if (param->required)
			json_object_array_add(member(schema, "required",
						     json_object_new_array),
					      json_object_new_string(key));
		properties =
			member(schema, "properties", json_object_new_object);
		if (!name[len])
			break;
		schema = member(properties, key, new_object_schema);
		name += len + 1;
	}
	json_object_object_add(properties, key, openapi_param_schema(param));
}

static json_object *reference(const char *name)
{
	json_object *schema = json_object_new_object();
	char ref[NAME_MAX_BYTES];

	if (strlen(name) + sizeof(REF) > sizeof(ref))
		BUG("the schema's name is too long: %s", name);
	snprintf(ref, sizeof(ref), REF "%s", name);
	openapi_add(schema, "$ref", ref);
	return schema;
}

static json_object *array_of(const char *name)
{
	json_object *schema = schema_of("array");

	json_object_object_add(schema, "items", reference(name));
	return schema;
}

static json_object *page_of(const char *name, bool skips_total)
{
	json_object *schema = schema_of("object");
	json_object *required = json_object_new_array();
	json_object *properties = json_object_new_object();

	if (!skips_total)
		json_object_array_add(required,
				      json_object_new_string("total"));
	json_object_array_add(required, json_object_new_string("data"));
	json_object_object_add(schema, "required", required);
	json_object_object_add(properties, "total", schema_of("integer"));
	json_object_object_add(properties, "data", array_of(name));
	json_object_object_add(schema, "properties", properties);
	return schema;
}

json_object *openapi_answer_schema(const char *answer, bool skips_total)
{
	if (!strncmp(answer, "list ", 5))
		return page_of(answer + 5, skips_total);
	if (!strncmp(answer, "array ", 6))
		return array_of(answer + 6);
	return reference(answer);
}
