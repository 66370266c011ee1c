/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * A mail as bytes (RFC 5322, 2045, 2047, 3834): plain text in UTF-8, made by a
 * machine. Whatever stands in subject, names and text, it makes no header and
 * no line of SMTP.
 */
#ifndef CARDUME_MAIL_H
#define CARDUME_MAIL_H

#include <stdbool.h>
#include <time.h>

#include "buf.h"

struct mail {
	const char *from; /* addresses without names */
	const char *from_name;
	const char *to;
	const char *reply_to; /* or NULL */
	const char *subject;
	const char *text;
	const char *id; /* left of the Message-ID's @ */
	const char *host; /* right of it */
	time_t date;
};

/* May it stand in a header and be told to a mail server? */
bool mail_is_address(const char *address);

/* The message with "\r\n" at the ends of lines. Addresses must be such. */
void mail_write(struct buf *out, const struct mail *mail);

#endif
