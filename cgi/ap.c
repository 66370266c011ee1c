/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cardume-ap: ActivityPub documents, WebFinger, NodeInfo, host-meta. */
#include "serve.h"

int main(int argc, char **argv)
{
	static const char *const queries_served[] = { "ap/", NULL };
	static const struct program program = {
		.name = "ap",
		.face = FACE_API,
		.query_prefixes = queries_served,
	};

	return serve(argc, argv, &program);
}
