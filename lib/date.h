/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Points in time as text, always UTC. */
#ifndef CARDUME_DATE_H
#define CARDUME_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

/*
 * ISO 8601 / RFC 3339: "2026-11-23", "2026-11-23T01:02:03.456Z",
 * "2026-11-23 01:02:03+01:00". No zone means UTC; fractions are dropped. False
 * when it is none, or the day is not in the calendar.
 */
bool date_parse(const char *text, size_t len, time_t *when);

/* HTTP's date, "Sun, 15 Jun 2025 12:00:00 GMT" (RFC 9110, 5.6.7; only this
 * form). The name of the day is not compared with the day. */
#define DATE_HTTP_SIZE sizeof("Sun, 15 Jun 2025 12:00:00 GMT")
bool date_http_parse(const char *text, size_t len, time_t *when);
void date_http(char out[DATE_HTTP_SIZE], time_t when);

#endif
