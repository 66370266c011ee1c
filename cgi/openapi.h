/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * The routes of a program as the `paths` of an OpenAPI 3.1 document, made of
 * what they declare. tools/openapi joins the programs' and adds the schemas
 * of doc/openapi. What is no part of the API (pages, forms, ActivityPub) is
 * left out, and so are handlers without a summary.
 *
 * Beyond the standard: `x-role` says who may come (optional, user, moderator,
 * admin), and the formats video-id and handle stand for the declared types
 * `video` and `handle` (query.h).
 */
#ifndef CARDUME_OPENAPI_H
#define CARDUME_OPENAPI_H

#include <json-c/json.h>

#include "query.h"
#include "route_table.h"

#define OPENAPI_ID_MAX 200

void openapi_print(const struct route_table *table);

/* The operation's id: "GET /api/v1/videos/:id" -> "get_videos__id" */
void openapi_id(char id[OPENAPI_ID_MAX], const struct route *route);

/* The schema of a parameter's value. */
json_object *openapi_param_schema(const struct param *param);
/* The schema of an answer ("list VideoComment"); `skips_total`: a list may
 * leave its total out. */
json_object *openapi_answer_schema(const char *answer, bool skips_total);
/* Adds the member `video.id` to a body's schema. */
void openapi_add_member(json_object *schema, const struct param *param);

/* Adds a text. */
void openapi_add(json_object *object, const char *key, const char *text);

#endif
