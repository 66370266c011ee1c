/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Job `diaspora {what, ...}` (sql/rebuild/89-diaspora*.sql inserts it):
 *
 *   receive {ownerId, body}   proves what a pod sent, and does it; sealed for
 *                             our actor ownerId, where there is one
 *   sign {actorId, author, name, fields, urls, key, relayed}
 *                             makes the envelope of an entity, sealed for `key`
 *   deliver {url, body}       posts it
 */
#ifndef CARDUME_DIASPORA_H
#define CARDUME_DIASPORA_H

#include <stdbool.h>
#include <stdint.h>

#include "task.h"

struct diaspora_person {
	int64_t id; /* actor.id; 0: nobody */
	const char *key; /* PEM */
	bool is_old; /* of more than five minutes */
};

/* Of what is known here. */
struct diaspora_person diaspora_person_known(struct task *task,
					     const char *handle);
/* Asked of its pod: WebFinger, then its hCard. `handle` is name@host. */
struct diaspora_person diaspora_person_fetch(struct task *task,
					     const char *handle);

#endif
