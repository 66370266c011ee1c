/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * What every page is rendered over besides its own document:
 *
 *   site    {name, shortDescription, language, origin, host, assets,
 *            version}
 *   viewer  false, or {id, username, isAdmin, isModerator}
 *   csrf    token for this page's forms ("" where the program has none)
 *   path    this page's path; here: path and query string
 *   param   the query's declared parameters as given: {"search": "fish"}
 *   flash   text of reply_flash(), or ""
 *   theme   "light", "dark" or "" (as the system has it)
 *   now     Unix time
 */
#ifndef CARDUME_PAGE_FRAME_H
#define CARDUME_PAGE_FRAME_H

#include "request.h"

/* Owned by the task's arena. */
json_object *page_frame(struct request *request);

#endif
