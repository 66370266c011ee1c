/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "caption.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "bug.h"
#include "utf8.h"

struct line {
	const char *at;
	size_t len;
};

struct caption {
	FILE *out;
	const char *at;
	const char *end;
	bool is_subrip;
	int nr_cues;
};

static const char bad_time[] =
	"A subtitle's time is not written as 00:01:02.345 --> 00:01:04.000.";
static const char long_line[] = "A line of the subtitles is too long.";

/* False at the end. Lines end with LF, CR LF or CR. */
static bool next_line(struct caption *caption, struct line *line)
{
	const char *at = caption->at;

	if (at == caption->end)
		return false;
	while (at < caption->end && *at != '\n' && *at != '\r')
		at++;
	*line = (struct line){ caption->at, (size_t)(at - caption->at) };
	if (at + 1 < caption->end && at[0] == '\r' && at[1] == '\n')
		at++;
	caption->at = at + (at < caption->end);
	return true;
}

static bool contains_arrow(struct line line)
{
	return memmem(line.at, line.len, "-->", 3) != NULL;
}

static bool is_blank(struct line line)
{
	for (size_t i = 0; i < line.len; i++)
		if (line.at[i] != ' ' && line.at[i] != '\t')
			return false;
	return true;
}

/* "NOTE", or "NOTE" and a space or tab behind it. */
static bool begins_with(struct line line, const char *word)
{
	size_t len = strlen(word);

	return line.len >= len && !memcmp(line.at, word, len) &&
	       (line.len == len || line.at[len] == ' ' || line.at[len] == '\t');
}

/* --- times ---------------------------------------------------------------- */

static void skip_space(struct line *line)
{
	while (line->len && (*line->at == ' ' || *line->at == '\t')) {
		line->at++;
		line->len--;
	}
}

static bool skip_char(struct line *line, const char *choices)
{
	if (!line->len || !strchr(choices, *line->at))
		return false;
	line->at++;
	line->len--;
	return true;
}

/* `min` to `max` digits. */
static bool read_digits(struct line *line, size_t min, size_t max,
			int64_t *number)
{
	size_t nr = 0;

	*number = 0;
	while (nr < line->len && nr < max && line->at[nr] >= '0' &&
	       line->at[nr] <= '9')
		*number = *number * 10 + (line->at[nr++] - '0');
	line->at += nr;
	line->len -= nr;
	return nr >= min;
}

/* [HOURS:]MM:SS.mmm in milliseconds; SubRip has a comma. */
static bool read_time(struct line *line, int64_t *time)
{
	int64_t hours = 0, minutes, seconds, thousandths;

	if (!read_digits(line, 1, 4, &minutes) || !skip_char(line, ":") ||
	    !read_digits(line, 2, 2, &seconds))
		return false;
	if (skip_char(line, ":")) {
		hours = minutes;
		minutes = seconds;
		if (!read_digits(line, 2, 2, &seconds))
			return false;
	}
	if (minutes > 59 || seconds > 59 || !skip_char(line, ".,") ||
	    !read_digits(line, 3, 3, &thousandths))
		return false;
	*time = ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths;
	return true;
}

static void write_time(FILE *out, int64_t time)
{
	fprintf(out, "%02" PRId64 ":%02" PRId64 ":%02" PRId64 ".%03" PRId64,
		time / 3600000, time / 60000 % 60, time / 1000 % 60,
		time % 1000);
}

/* "line:0 align:start" and the like; others are left out. */
static void write_settings(FILE *out, struct line line)
{
	skip_space(&line);
	while (line.len &&
	       (line.at[line.len - 1] == ' ' || line.at[line.len - 1] == '\t'))
		line.len--;
	for (size_t i = 0; i < line.len; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789:%.,- ",
			    line.at[i]))
			return;
	if (line.len && line.len < 200)
		fprintf(out, " %.*s", (int)line.len, line.at);
}

static const char *write_timing(struct caption *caption, struct line line)
{
	int64_t start, end;

	skip_space(&line);
	if (!read_time(&line, &start))
		return bad_time;
	skip_space(&line);
	if (line.len < 3 || memcmp(line.at, "-->", 3))
		return bad_time;
	line.at += 3;
	line.len -= 3;
	skip_space(&line);
	if (!read_time(&line, &end))
		return bad_time;
	if (end < start)
		return "A subtitle ends before it begins.";
	write_time(caption->out, start);
	fputs(" --> ", caption->out);
	write_time(caption->out, end);
	if (!caption->is_subrip)
		write_settings(caption->out, line);
	fputc('\n', caption->out);
	return NULL;
}

/* --- text ----------------------------------------------------------------- */

/* <i>, </b> ... at the line's beginning; how long it is, or 0. */
static size_t tag_length(struct line line)
{
	static const char *const tags[] = { "<i>",  "</i>", "<b>",
					    "</b>", "<u>",  "</u>" };

	for (size_t i = 0; i < ARRAY_LEN(tags); i++)
		if (line.len >= strlen(tags[i]) &&
		    !memcmp(line.at, tags[i], strlen(tags[i])))
			return strlen(tags[i]);
	return 0;
}

/* SubRip's text: three tags are the same here, all else is text. */
static void write_plain(FILE *out, struct line line)
{
	while (line.len) {
		size_t len = tag_length(line);

		if (len)
			fwrite(line.at, 1, len, out);
		else if (*line.at == '<')
			fputs("&lt;", out);
		else if (*line.at == '&')
			fputs("&amp;", out);
		else
			fputc(*line.at, out);
		line.at += len ? len : 1;
		line.len -= len ? len : 1;
	}
}

static const char *write_text(struct caption *caption)
{
	struct line line;

	while (next_line(caption, &line) && !is_blank(line)) {
		if (line.len > CAPTION_MAX_LINE)
			return long_line;
		if (contains_arrow(line))
			return "There is no empty line between two subtitles.";
		if (caption->is_subrip)
			write_plain(caption->out, line);
		else
			fwrite(line.at, 1, line.len, caption->out);
		fputc('\n', caption->out);
	}
	fputc('\n', caption->out);
	return NULL;
}

/* --- blocks --------------------------------------------------------------- */

static void skip_block(struct caption *caption)
{
	struct line line;

	while (next_line(caption, &line) && !is_blank(line))
		;
}

static const char *write_cue(struct caption *caption, struct line line)
{
	struct line id = { 0 };
	const char *problem;

	if (!contains_arrow(line)) {
		id = line;
		if (!next_line(caption, &line) || !contains_arrow(line))
			return bad_time;
	}
	if (id.len > CAPTION_MAX_LINE || line.len > CAPTION_MAX_LINE)
		return long_line;
	if (++caption->nr_cues > CAPTION_MAX_CUES)
		return "There are too many subtitles.";
	if (id.len && !caption->is_subrip)
		fprintf(caption->out, "%.*s\n", (int)id.len, id.at);
	problem = write_timing(caption, line);
	return problem ? problem : write_text(caption);
}

static const char *write_blocks(struct caption *caption)
{
	struct line line;
	const char *problem = NULL;

	while (!problem && next_line(caption, &line)) {
		if (is_blank(line))
			continue;
		if (!caption->is_subrip &&
		    (begins_with(line, "NOTE") || begins_with(line, "STYLE") ||
		     begins_with(line, "REGION")))
			skip_block(caption);
		else
			problem = write_cue(caption, line);
	}
	return problem;
}

const char *caption_write(FILE *out, const char *text, size_t len)
{
	struct caption caption = { .out = out, .at = text, .end = text + len };
	const char *problem;
	struct line line;

	if (!utf8_is_text(text, len))
		return "The subtitles are not UTF-8 text.";
	if (len >= 3 && !memcmp(text, "\xef\xbb\xbf", 3))
		caption.at += 3;
	text = caption.at;
	caption.is_subrip =
		!next_line(&caption, &line) || !begins_with(line, "WEBVTT");
	if (caption.is_subrip)
		caption.at = text;
	else
		skip_block(&caption);
	fputs("WEBVTT\n\n", out);
	problem = write_blocks(&caption);
	if (!problem && !caption.nr_cues)
		problem = "There are no subtitles in this file.";
	return problem;
}
