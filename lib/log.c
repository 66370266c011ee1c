/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static const char *program = "cardume";

void log_open(const char *name)
{
	program = name;
}

/* The journal wants the priority in front and knows the time; a file wants the
 * time. */
static int write_start(char *line, size_t size, int priority)
{
	static const char *const names[] = { "",     "",       "",    "error",
					     "warn", "notice", "info" };
	struct timespec now;
	struct tm tm;
	char day[32];

	if (getenv("JOURNAL_STREAM"))
		return snprintf(line, size, "<%d>%s[%d]: ", priority, program,
				(int)getpid());
	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm);
	return snprintf(line, size, "%s.%03ldZ %s %s[%d]: ", day,
			now.tv_nsec / 1000000, names[priority], program,
			(int)getpid());
}

/* One write(2) a line, so that lines of several processes do not mix. */
__attribute__((format(printf, 2, 0))) static void
write_line(int priority, const char *fmt, va_list args)
{
	char line[2048];
	int start = write_start(line, sizeof(line), priority);
	int len;

	if (start < 0)
		return;
	len = vsnprintf(line + start, sizeof(line) - (size_t)start - 1, fmt,
			args);
	if (len < 0)
		return;
	len += start;
	if (len > (int)sizeof(line) - 2)
		len = (int)sizeof(line) - 2;
	for (int i = start; i < len; i++)
		if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
			line[i] = ' ';
	line[len++] = '\n';
	if (write(STDERR_FILENO, line, (size_t)len) < 0)
		return;
}

void log_error(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	write_line(3, fmt, args);
	va_end(args);
}

void log_warning(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	write_line(4, fmt, args);
	va_end(args);
}

void log_info(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	write_line(6, fmt, args);
	va_end(args);
}
