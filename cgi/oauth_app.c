/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Applications register themselves (RFC 7591) as public clients, and find out
 * what this server speaks (RFC 8414).
 */
#include "conf.h"
#include "db.h"
#include "handlers.h"
#include "hex.h"
#include "json.h"
#include "random.h"
#include "reply.h"
#include "scope.h"
#include "throttle.h"

#define ID_BYTES 16

static const struct param metadata[] = {
	{ .name = "client_name",
	  .type = PARAM_CHARS,
	  .min = 1,
	  .max = 60,
	  .required = true,
	  .in_body = true },
	{ .name = "redirect_uris",
	  .type = PARAM_JSON,
	  .required = true,
	  .in_body = true },
	{ 0 },
};

static void register_app(struct request *request)
{
	struct task *task = request->task;
	const char *name = request_declared(request, &metadata[0]);
	const char *uris = request_declared(request, &metadata[1]);
	uint8_t id[ID_BYTES];
	char text[2 * ID_BYTES + 1];
	struct rows rows;

	throttle_application(request);
	random_bytes(id, sizeof(id));
	hex_encode(text, id, sizeof(id));
	rows = db(task, "api/oauth-app-add", text, name, uris);
	reply_header(request, "Cache-Control", "no-store");
	reply_bytes(request, 201, "application/json; charset=utf-8",
		    db_text(rows, 0, 0), db_length(rows, 0, 0));
}

static void add_list(json_object *object, const char *name,
		     const char *const items[])
{
	json_object *list = json_object_new_array();

	for (; *items; items++)
		json_object_array_add(list, json_object_new_string(*items));
	json_object_object_add(object, name, list);
}

#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void show_metadata(struct request *request)
{
	const char *origin = request->task->conf->origin;
	json_object *all = json_object_new_object();
	const char *const paths[][2] = {
		{ "issuer", "" },
		{ "authorization_endpoint", "/oauth/authorize" },
		{ "token_endpoint", "/api/v1/users/token" },
		{ "registration_endpoint", "/api/v1/oauth-clients" },
	};

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		json_object_object_add(all, paths[i][0],
				       json_object_new_string(arena_printf(
					       request->task->arena, "%s%s",
					       origin, paths[i][1])));
	add_list(all, "scopes_supported",
		 LIST("read", "write", "upload", "moderate"));
	add_list(all, "response_types_supported", LIST("code"));
	add_list(all, "grant_types_supported",
		 LIST("authorization_code", "refresh_token"));
	add_list(all, "token_endpoint_auth_methods_supported", LIST("none"));
	add_list(all, "code_challenge_methods_supported", LIST("S256"));
	json_object_object_add(all,
			       "authorization_response_iss_parameter_supported",
			       json_object_new_boolean(true));
	reply_json(request, 200, all);
}

const struct route oauth_app_routes[] = {
	{ .method = "POST",
	  .pattern = "/api/v1/oauth-clients",
	  .kind = ROUTE_HANDLER,
	  .handler = register_app,
	  .body = BODY_JSON,
	  .status = 201,
	  .statuses = "201",
	  .summary = "Register an application that asks users for their leave.",
	  .params = metadata,
	  .answer = "OAuthApplication" },
	{ .method = "GET",
	  .pattern = "/.well-known/oauth-authorization-server",
	  .kind = ROUTE_HANDLER,
	  .handler = show_metadata },
	{ 0 },
};
