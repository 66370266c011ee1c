/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* That lib/html.c takes linear time, by counting the basic blocks that run:
 * this program is built with -fsanitize-coverage=trace-pc. */
#include "html.h"

#include "tap.h"

#define FEW 1000
#define FACTOR 16
/* Measured at the worst: 49 of each byte. */
#define MOST_OF_BYTE 100

static unsigned long long nr_steps;

void __sanitizer_cov_trace_pc(void);

__attribute__((no_sanitize_coverage)) void __sanitizer_cov_trace_pc(void)
{
	nr_steps++;
}

static const char *const pieces[] = {
	"a",
	"<",
	"&",
	">",
	"\"",
	"<p>",
	"</p>",
	"<p",
	"<p ",
	"<p a=\"",
	"<p a='>",
	"<!--",
	"<!-- -",
	"--!",
	"<!",
	"<?",
	"</",
	"</ ",
	"<script>",
	"<script></script",
	"</script>",
	"<svg>",
	"<svg></svg>",
	"<svg/>",
	"<template></",
	"<plaintext>",
	"<a href=\"https://a.b/\">",
	"<a href=\"https://a.b/\"></a>",
	"<a href=\"javascript:\">x</a>",
	"<a href=\"",
	"<a href=&amp;&amp;",
	"<ul><li>",
	"<li>",
	"<em>",
	"</em>",
	"<em></strong>",
	"<blockquote><em></strong></p>",
	"<h1>",
	"<div><b>",
	"&amp;",
	"&amp",
	"&#1",
	"&#x0000000000",
	"&aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	"<aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	"<pre>\n ",
	"<br>",
	"\xf0\x9f\x90\x9f",
	"\xc3",
};

static unsigned long long steps(const char *piece, size_t nr, bool is_text)
{
	struct arena *arena = arena_new((size_t)256 << 20);
	struct buf html = buf_make(arena, (size_t)16 << 20);
	struct buf out = buf_make(arena, (size_t)64 << 20);

	for (size_t i = 0; i < nr; i++)
		buf_str(&html, piece);
	nr_steps = 0;
	if (is_text)
		html_to_text(&out, html.data, html.len);
	else
		html_sanitise(&out, html.data, html.len);
	arena_free(arena);
	return nr_steps;
}

static void check(const char *piece, bool is_text)
{
	unsigned long long few = steps(piece, FEW, is_text);
	unsigned long long many = steps(piece, (size_t)FEW * FACTOR, is_text);
	unsigned long long bytes = FEW * FACTOR * strlen(piece);

	ok(few && many <= few * FACTOR + few / 10 + 1000,
	   "%s: %llu steps, %llu for %d times as much", piece, few, many,
	   FACTOR);
	ok(many <= bytes * MOST_OF_BYTE, "%s: %llu steps a byte", piece,
	   many / bytes);
}

int main(void)
{
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		check(pieces[i], false);
		check(pieces[i], true);
	}
	return tap_done();
}
