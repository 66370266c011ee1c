/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "date.h"

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
