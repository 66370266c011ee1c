/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "date.h"

#include "bug.h"

struct cursor {
	const char *at;
	const char *end;
};

static bool number(struct cursor *cursor, int nr_digits, int *value)
{
	if (cursor->end - cursor->at < nr_digits)
		return false;
	*value = 0;
	for (int i = 0; i < nr_digits; i++) {
		char c = *cursor->at++;

		if (c < '0' || c > '9')
			return false;
		*value = *value * 10 + (c - '0');
	}
	return true;
}

static bool take(struct cursor *cursor, char c)
{
	if (cursor->at >= cursor->end || *cursor->at != c)
		return false;
	cursor->at++;
	return true;
}

static bool parse_day(struct cursor *cursor, struct tm *tm)
{
	return number(cursor, 4, &tm->tm_year) && take(cursor, '-') &&
	       number(cursor, 2, &tm->tm_mon) && take(cursor, '-') &&
	       number(cursor, 2, &tm->tm_mday);
}

static bool parse_clock(struct cursor *cursor, struct tm *tm)
{
	if (!number(cursor, 2, &tm->tm_hour) || !take(cursor, ':') ||
	    !number(cursor, 2, &tm->tm_min))
		return false;
	if (take(cursor, ':') && !number(cursor, 2, &tm->tm_sec))
		return false;
	if (take(cursor, '.'))
		while (cursor->at < cursor->end && *cursor->at >= '0' &&
		       *cursor->at <= '9')
			cursor->at++;
	return tm->tm_hour < 24 && tm->tm_min < 60 && tm->tm_sec <= 60;
}

/* Seconds east of Greenwich. */
static bool parse_zone(struct cursor *cursor, int *offset)
{
	int hours, minutes = 0, sign = 1;

	*offset = 0;
	if (cursor->at == cursor->end || take(cursor, 'Z'))
		return true;
	if (take(cursor, '-'))
		sign = -1;
	else if (!take(cursor, '+'))
		return false;
	if (!number(cursor, 2, &hours))
		return false;
	take(cursor, ':');
	if (cursor->at < cursor->end && !number(cursor, 2, &minutes))
		return false;
	*offset = sign * (hours * 3600 + minutes * 60);
	return hours < 24 && minutes < 60;
}

/* timegm() turns the 31st of April into the 1st of May. */
static bool to_time(struct tm *tm, time_t *when)
{
	int day = tm->tm_mday;

	tm->tm_year -= 1900;
	tm->tm_mon -= 1;
	if (tm->tm_mon < 0 || tm->tm_mon > 11)
		return false;
	*when = timegm(tm);
	return tm->tm_mday == day;
}

bool date_parse(const char *text, size_t len, time_t *when)
{
	struct cursor cursor = { text, text + len };
	struct tm day = { 0 };
	struct tm clock = { 0 };
	int offset = 0;

	if (!parse_day(&cursor, &day))
		return false;
	if (take(&cursor, 'T') || take(&cursor, ' ')) {
		if (!parse_clock(&cursor, &clock) ||
		    !parse_zone(&cursor, &offset))
			return false;
	}
	if (cursor.at != cursor.end || !to_time(&day, when))
		return false;
	*when += clock.tm_hour * 3600 + clock.tm_min * 60 + clock.tm_sec -
		 offset;
	return true;
}

static const char http_days[] = "SunMonTueWedThuFriSat";
static const char http_months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

/* The number of a name of three letters, in a text of such names. */
static bool take_name(struct cursor *cursor, const char *names, int *nr)
{
	if (cursor->end - cursor->at < 3)
		return false;
	for (*nr = 0; names[3 * *nr]; (*nr)++)
		if (!memcmp(names + 3 * *nr, cursor->at, 3)) {
			cursor->at += 3;
			return true;
		}
	return false;
}

bool date_http_parse(const char *text, size_t len, time_t *when)
{
	struct cursor cursor = { text, text + len };
	struct tm day = { 0 };
	struct tm clock = { 0 };
	int day_of_week;

	if (!take_name(&cursor, http_days, &day_of_week) ||
	    !take(&cursor, ',') || !take(&cursor, ' ') ||
	    !number(&cursor, 2, &day.tm_mday) || !take(&cursor, ' ') ||
	    !take_name(&cursor, http_months, &day.tm_mon) ||
	    !take(&cursor, ' ') || !number(&cursor, 4, &day.tm_year) ||
	    !take(&cursor, ' '))
		return false;
	if (cursor.end - cursor.at != 12 || memcmp(cursor.at + 8, " GMT", 4) ||
	    cursor.at[5] != ':')
		return false;
	cursor.end = cursor.at + 8;
	day.tm_mon++;
	if (!parse_clock(&cursor, &clock) || cursor.at != cursor.end ||
	    !to_time(&day, when))
		return false;
	*when += clock.tm_hour * 3600 + clock.tm_min * 60 + clock.tm_sec;
	return true;
}

void date_http(char out[DATE_HTTP_SIZE], time_t when)
{
	struct tm tm;
	char text[100];

	if (!gmtime_r(&when, &tm) || tm.tm_year > 9999 - 1900)
		BUG("no date: %lld", (long long)when);
	snprintf(text, sizeof(text), "%.3s, %02d %.3s %04d %02d:%02d:%02d GMT",
		 http_days + 3 * tm.tm_wday, tm.tm_mday,
		 http_months + 3 * tm.tm_mon, tm.tm_year + 1900, tm.tm_hour,
		 tm.tm_min, tm.tm_sec);
	memcpy(out, text, DATE_HTTP_SIZE);
}
