/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <inttypes.h>
#include <libintl.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bug.h"
#include "date.h"
#include "html.h"
#include "markdown.h"
#include "mention.h"
#include "templates.h"
#include "utf8.h"

#define DOMAIN "cardume"
#define MINUTE 60
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define YEAR (365 * DAY)
#define META_MAX 200
#define MENTIONS_MAX 40
#define MENTIONED_MAX ((size_t)1 << 20)
/* Marks a text for tools/po that is translated elsewhere. */
#define N_(text) text

/* glibc's: a change makes gettext() look at LANGUAGE again. */
extern int _nl_msg_cat_cntr;

static bool is_translating;

/* It becomes a part of a file's path: letters and digits only. "pt-BR" is
 * "pt_BR" there. */
static bool to_locale(char out[32], const char *language)
{
	size_t i = 0;

	for (; i < 31 && language[i]; i++) {
		char c = language[i];

		if (c == '-' || c == '_')
			c = '_';
		else if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			   (c >= '0' && c <= '9')))
			return false;
		out[i] = c;
	}
	out[i] = '\0';
	return i && !language[i];
}

void templates_language(const char *language)
{
	static char current[32] = "en";
	static bool is_bound;
	char wanted[32];

	if (!to_locale(wanted, language) || !strcmp(current, wanted))
		return;
	if (!is_bound) {
		const char *dir = getenv("CARDUME_LOCALEDIR");

		/* Messages follow LANGUAGE only outside of the locale "C". */
		setlocale(LC_MESSAGES, "C.UTF-8");
		bindtextdomain(DOMAIN, dir ? dir : LOCALEDIR);
		bind_textdomain_codeset(DOMAIN, "UTF-8");
		is_bound = true;
	}
	memcpy(current, wanted, sizeof(current));
	is_translating = strcmp(wanted, "en") && strncmp(wanted, "en_", 3);
	setenv("LANGUAGE", wanted, 1);
	_nl_msg_cat_cntr++;
}

__attribute__((format_arg(1))) static const char *_(const char *text)
{
	return is_translating ? dgettext(DOMAIN, text) : text;
}

__attribute__((format_arg(1), format_arg(2))) static const char *
plural(const char *one, const char *many, long nr)
{
	if (is_translating)
		return dngettext(DOMAIN, one, many, (unsigned long)nr);
	return nr == 1 ? one : many;
}

static const char *translate(const char *source, size_t len,
			     struct arena *scratch, void *ctx)
{
	const char *text, *translated;

	(void)ctx;
	if (!is_translating || !len)
		return NULL;
	text = arena_strndup(scratch, source, len);
	translated = dgettext(DOMAIN, text);
	return translated == text ? NULL : translated;
}

static void translate_value(struct buf *out, const char *text, size_t len,
			    void *ctx)
{
	const char *translated;

	(void)ctx;
	if (!is_translating || !len) {
		buf_html(out, text, len);
		return;
	}
	translated = dgettext(DOMAIN, text);
	buf_html(out, translated, strlen(translated));
}

/* Dates */

static const char *month(int nr)
{
	static const char *const names[] = {
		N_("January"),	 N_("February"), N_("March"),	 N_("April"),
		N_("May"),	 N_("June"),	 N_("July"),	 N_("August"),
		N_("September"), N_("October"),	 N_("November"), N_("December"),
	};

	return _(names[nr]);
}

static void put_date(struct buf *out, time_t when)
{
	struct tm tm;

	gmtime_r(&when, &tm);
	buf_printf(out, _("%1$d %2$s %3$d"), tm.tm_mday, month(tm.tm_mon),
		   tm.tm_year + 1900);
}

static void date(struct buf *out, const char *text, size_t len, void *ctx)
{
	time_t when;

	(void)ctx;
	if (date_parse(text, len, &when))
		put_date(out, when);
	else
		buf_html(out, text, len);
}

static void put_ago(struct buf *out, long age)
{
	long nr;

	if (age < MINUTE) {
		buf_str(out, _("just now"));
	} else if (age < HOUR) {
		nr = age / MINUTE;
		buf_printf(out, plural("%ld minute ago", "%ld minutes ago", nr),
			   nr);
	} else if (age < DAY) {
		nr = age / HOUR;
		buf_printf(out, plural("%ld hour ago", "%ld hours ago", nr),
			   nr);
	} else if (age < 30 * DAY) {
		nr = age / DAY;
		buf_printf(out, plural("%ld day ago", "%ld days ago", nr), nr);
	} else if (age < YEAR) {
		nr = age * 12 / YEAR;
		nr = nr ? nr : 1;
		buf_printf(out, plural("%ld month ago", "%ld months ago", nr),
			   nr);
	} else {
		nr = age / YEAR;
		buf_printf(out, plural("%ld year ago", "%ld years ago", nr),
			   nr);
	}
}

/* What is yet to come (and more than a clock's error) is told by its date. */
static void ago(struct buf *out, const char *text, size_t len, void *ctx)
{
	const struct template_env *env = ctx;
	time_t when;

	if (!date_parse(text, len, &when))
		buf_html(out, text, len);
	else if (when > env->now + HOUR)
		put_date(out, when);
	else
		put_ago(out, (long)(env->now - when));
}

/* RFC 822 wants English names whatever the language. */
static void rfc822(struct buf *out, const char *text, size_t len, void *ctx)
{
	static const char days[][4] = {
		"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat",
	};
	static const char months[][4] = {
		"Jan", "Feb", "Mar", "Apr", "May", "Jun",
		"Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
	};
	struct tm tm;
	time_t when;

	(void)ctx;
	if (!date_parse(text, len, &when)) {
		buf_html(out, text, len);
		return;
	}
	gmtime_r(&when, &tm);
	buf_printf(out, "%s, %02d %s %d %02d:%02d:%02d +0000", days[tm.tm_wday],
		   tm.tm_mday, months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour,
		   tm.tm_min, tm.tm_sec);
}

/* Numbers */

/* A whole number from 0 on, which decimals may follow. */
static bool parse_number(const char *text, size_t len, int64_t *number)
{
	size_t i = 0;

	*number = 0;
	for (; i < len && i < 18 && text[i] >= '0' && text[i] <= '9'; i++)
		*number = *number * 10 + (text[i] - '0');
	return i > 0 && (i == len || text[i] == '.');
}

static void hms(struct buf *out, const char *text, size_t len, void *ctx)
{
	int64_t seconds;

	(void)ctx;
	if (!parse_number(text, len, &seconds))
		buf_html(out, text, len);
	else if (seconds < HOUR)
		buf_printf(out, "%d:%02d", (int)(seconds / 60),
			   (int)(seconds % 60));
	else
		buf_printf(out, "%" PRId64 ":%02d:%02d", seconds / HOUR,
			   (int)(seconds % HOUR / 60), (int)(seconds % 60));
}

static void iso_duration(struct buf *out, const char *text, size_t len,
			 void *ctx)
{
	int64_t seconds;

	(void)ctx;
	if (parse_number(text, len, &seconds))
		buf_printf(out, "PT%" PRId64 "S", seconds);
	else
		buf_html(out, text, len);
}

/* `number` of `unit`s with one decimal below ten of them. */
static void put_scaled(struct buf *out, int64_t number, int64_t unit,
		       const char *suffix)
{
	int64_t whole = number / unit;

	if (whole < 10 && number % unit * 10 / unit)
		buf_printf(out, "%" PRId64 ".%d%s", whole,
			   (int)(number % unit * 10 / unit), suffix);
	else
		buf_printf(out, "%" PRId64 "%s", whole, suffix);
}

static void count(struct buf *out, const char *text, size_t len, void *ctx)
{
	int64_t number;

	(void)ctx;
	if (!parse_number(text, len, &number))
		buf_html(out, text, len);
	else if (number < 1000)
		buf_printf(out, "%" PRId64, number);
	else if (number < 1000000)
		put_scaled(out, number, 1000, "k");
	else if (number < 1000000000)
		put_scaled(out, number, 1000000, "M");
	else
		put_scaled(out, number, 1000000000, "G");
}

/* "1.2k views": `one` and `many` have a %s where the number goes. */
static void put_counted(struct buf *out, const char *text, size_t len,
			const char *one, const char *many)
{
	const char *form, *hole;
	int64_t nr = 0;

	parse_number(text, len, &nr);
	form = plural(one, many, (long)nr);
	hole = strstr(form, "%s");
	if (!hole)
		BUG("a counted text without %%s: %s", form);
	buf_add(out, form, (size_t)(hole - form));
	count(out, text, len, NULL);
	buf_str(out, hole + 2);
}

#define COUNTED(name, one, many) \
	static void name(struct buf *out, const char *text, size_t len, \
			 void *ctx) \
	{ \
		(void)ctx; \
		put_counted(out, text, len, one, many); \
	}

COUNTED(n_views, "%s view", "%s views")
COUNTED(n_likes, "%s like", "%s likes")
COUNTED(n_followers, "%s follower", "%s followers")
COUNTED(n_videos, "%s video", "%s videos")
COUNTED(n_found, "%s video found", "%s videos found")

static void bytes(struct buf *out, const char *text, size_t len, void *ctx)
{
	static const char *const units[] = {
		" B", " KiB", " MiB", " GiB", " TiB", " PiB",
	};
	int64_t number, unit = 1;
	size_t i = 0;

	(void)ctx;
	if (!parse_number(text, len, &number)) {
		buf_html(out, text, len);
		return;
	}
	for (; number / unit >= 1024 && i + 1 < ARRAY_LEN(units); i++)
		unit *= 1024;
	put_scaled(out, number, unit, units[i]);
}

/* Texts */

static void md(struct buf *out, const char *text, size_t len, void *ctx)
{
	(void)ctx;
	markdown_html(out, text, len, 0);
}

static void md_times(struct buf *out, const char *text, size_t len, void *ctx)
{
	(void)ctx;
	markdown_html(out, text, len, MARKDOWN_TIMES);
}

/* The words up to a blank, or NULL; moves on behind them. */
static const char *next_word(struct arena *arena, const char **text,
			     const char *end)
{
	const char *word = *text;
	const char *blank = memchr(word, ' ', (size_t)(end - word));

	if (word == end)
		return NULL;
	*text = blank ? blank + 1 : end;
	return arena_strndup(arena, word,
			     (size_t)((blank ? blank : end) - word));
}

static void md_mentions(struct buf *out, const char *text, size_t len,
			void *ctx)
{
	struct mention mentions[MENTIONS_MAX];
	struct buf html = buf_make(out->arena, MENTIONED_MAX);
	const char *line_end = memchr(text, '\n', len);
	const char *words = line_end ? line_end + 1 : text;
	size_t nr = 0;

	(void)ctx;
	markdown_html(&html, words, len - (size_t)(words - text),
		      MARKDOWN_TIMES);
	for (; line_end && nr < MENTIONS_MAX; nr++) {
		mentions[nr].name = next_word(out->arena, &text, line_end);
		mentions[nr].href = next_word(out->arena, &text, line_end);
		if (!mentions[nr].href)
			break;
	}
	if (html.len)
		mention_links(out, html.data, mentions, nr);
}

static void md_text(struct buf *out, const char *text, size_t len, void *ctx)
{
	struct buf plain = buf_make(out->arena, (size_t)META_MAX * 8);

	(void)ctx;
	markdown_text(&plain, text, len, META_MAX);
	buf_html(out, plain.data, plain.len);
}

static void html(struct buf *out, const char *text, size_t len, void *ctx)
{
	(void)ctx;
	html_sanitise(out, text, len);
}

static struct buf plain_of(struct arena *arena, const char *text, size_t len)
{
	struct buf plain = buf_make(arena, len);

	html_to_text(&plain, text, len);
	return plain;
}

static void html_text(struct buf *out, const char *text, size_t len, void *ctx)
{
	struct buf plain = plain_of(out->arena, text, len);
	size_t shown = utf8_prefix(plain.data, plain.len, META_MAX);

	(void)ctx;
	for (size_t i = 0; i < shown; i++)
		if (plain.data[i] == '\n')
			plain.data[i] = ' ';
	if (shown < plain.len)
		shown = utf8_prefix(plain.data, plain.len, META_MAX - 1);
	buf_html(out, plain.data, shown);
	if (shown < plain.len)
		buf_str(out, "\xe2\x80\xa6");
}

static void mail_text(struct buf *out, const char *text, size_t len, void *ctx)
{
	struct buf plain = plain_of(out->arena, text, len);

	(void)ctx;
	buf_add(out, plain.data, plain.len);
}

static void url(struct buf *out, const char *text, size_t len, void *ctx)
{
	(void)ctx;
	buf_url(out, text, len);
}

static void json(struct buf *out, const char *text, size_t len, void *ctx)
{
	struct buf quoted = buf_make(out->arena, out->max);

	(void)ctx;
	buf_json(&quoted, text, len);
	buf_script_json(out, quoted.data, quoted.len);
}

/* XML 1.0 has no place for control characters, U+FFFE and U+FFFF, not even as
 * references: they are left out. */
static void xml(struct buf *out, const char *text, size_t len, void *ctx)
{
	size_t start = 0;

	(void)ctx;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];
		size_t skip = 0;

		if (c < 0x20 && c != '\t' && c != '\n' && c != '\r')
			skip = 1;
		else if (len - i >= 3 &&
			 (!memcmp(text + i, "\xef\xbf\xbe", 3) ||
			  !memcmp(text + i, "\xef\xbf\xbf", 3)))
			skip = 3;
		if (!skip)
			continue;
		buf_html(out, text + start, i - start);
		start = i + skip;
		i += skip - 1;
	}
	buf_html(out, text + start, len - start);
}

static void html_plain(struct buf *out, const char *text, size_t len, void *ctx)
{
	struct buf plain = plain_of(out->arena, text, len);

	xml(out, plain.data, plain.len, ctx);
}

static void lower(struct buf *out, const char *text, size_t len, void *ctx)
{
	char *copy = arena_strndup(out->arena, text, len);

	(void)ctx;
	for (size_t i = 0; i < len; i++)
		if (copy[i] >= 'A' && copy[i] <= 'Z')
			copy[i] = (char)(copy[i] - 'A' + 'a');
	buf_html(out, copy, len);
}

const struct mustache_function template_functions[] = {
	{ "t", translate_value, true, translate },
	{ "date", date, true, NULL },
	{ "ago", ago, true, NULL },
	{ "rfc822", rfc822, true, NULL },
	{ "hms", hms, true, NULL },
	{ "iso_duration", iso_duration, true, NULL },
	{ "count", count, true, NULL },
	{ "n_views", n_views, true, NULL },
	{ "n_likes", n_likes, true, NULL },
	{ "n_followers", n_followers, true, NULL },
	{ "n_videos", n_videos, true, NULL },
	{ "n_found", n_found, true, NULL },
	{ "bytes", bytes, true, NULL },
	{ "md", md, true, NULL },
	{ "md_times", md_times, true, NULL },
	{ "md_mentions", md_mentions, true, NULL },
	{ "md_text", md_text, true, NULL },
	{ "html", html, true, NULL },
	{ "html_text", html_text, true, NULL },
	{ "html_plain", html_plain, true, NULL },
	{ "mail_text", mail_text, true, NULL },
	{ "url", url, true, NULL },
	{ "json", json, true, NULL },
	{ "xml", xml, true, NULL },
	{ "lower", lower, true, NULL },
};

const size_t nr_template_functions = ARRAY_LEN(template_functions);
