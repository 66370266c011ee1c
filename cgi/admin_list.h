/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * Lists of the pages under /admin: a form on top, what there is below. Their
 * document is that of form.h and, of admin_list() in 85-admin-page.sql:
 *
 *   total    how many there are
 *   rows     those of this page
 *   pager, filters    for part/pager
 */
#ifndef CARDUME_ADMIN_LIST_H
#define CARDUME_ADMIN_LIST_H

#include "db.h"
#include "form.h"

#define ADMIN_LIST_MAX 10000

/* The page, with what the query has answered. */
void admin_list_show(struct form *form, struct rows rows,
		     const char *template_name);

/* Parameter `start`: how many rows are left out before the first. */
const char *admin_list_start(struct request *request);

#endif
