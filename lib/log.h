/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * One line per event on standard error: "<6>page[7]: ..." as sd-daemon(3) has
 * it where that is the journal, else "2026-11-26T01:02:03.456Z info page[7]:
 * ..."; levels error, warn, info (read again by cgi/logs.c). Line breaks and
 * control characters in the text become spaces. Never log a secret: tokens,
 * passwords, cookies.
 */
#ifndef CARDUME_LOG_H
#define CARDUME_LOG_H

/* The program's name in front of each line; `name` must outlive the process's
 * use of the log. */
void log_open(const char *name);
void log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
