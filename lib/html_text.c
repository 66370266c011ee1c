/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>

#include "html.h"
#include "html_token.h"

/* What is owed before the next word. */
enum gap { NO_GAP, SPACE, LINE, PARAGRAPH };

struct plain {
	struct buf *out;
	size_t start;
	enum gap gap;
	size_t nr_pre;
	bool is_full;
};

static void owe(struct plain *plain, enum gap gap)
{
	if (plain->gap < gap)
		plain->gap = gap;
}

/* Two ends of lines are an empty line. */
static void owe_line(struct plain *plain)
{
	owe(plain, plain->gap < LINE ? LINE : PARAGRAPH);
}

static void put(struct plain *plain, const char *text, size_t len)
{
	if (len > plain->out->max - plain->out->len)
		plain->is_full = true;
	else
		buf_add(plain->out, text, len);
}

static void put_gap(struct plain *plain)
{
	static const char *const gaps[] = {
		[NO_GAP] = "",
		[SPACE] = " ",
		[LINE] = "\n",
		[PARAGRAPH] = "\n\n",
	};
	const char *gap = gaps[plain->gap];

	if (plain->out->len > plain->start)
		put(plain, gap, strlen(gap));
	plain->gap = NO_GAP;
}

/* Bytes up to white space or another control character. */
static size_t word_len(const char *text, size_t len)
{
	size_t i = 0;

	while (i < len && (unsigned char)text[i] > ' ' && text[i] != 0x7f)
		i++;
	return i;
}

static void put_words(struct plain *plain, const char *text, size_t len)
{
	for (size_t i = 0; i < len;) {
		size_t nr = word_len(text + i, len - i);

		if (nr) {
			put_gap(plain);
			put(plain, text + i, nr);
		} else if (plain->nr_pre && text[i] == '\n') {
			owe_line(plain);
		} else if (plain->nr_pre && text[i] == ' ') {
			put_gap(plain);
			put(plain, " ", 1);
		} else if (text[i] != '\0' && text[i] <= ' ') {
			owe(plain, SPACE);
		}
		i += nr ? nr : 1;
	}
}

static void put_tag(struct plain *plain, const struct html_token *token)
{
	switch (token->tag) {
	case HTML_PRE:
		if (token->kind == HTML_OPEN)
			plain->nr_pre++;
		else if (plain->nr_pre)
			plain->nr_pre--;
		owe(plain, PARAGRAPH);
		break;
	case HTML_P:
	case HTML_HEADING:
	case HTML_BLOCKQUOTE:
	case HTML_UL:
	case HTML_OL: owe(plain, PARAGRAPH); break;
	case HTML_BR: owe_line(plain); break;
	case HTML_LI: owe(plain, LINE); break;
	default: break;
	}
}

void html_to_text(struct buf *out, const char *html, size_t len)
{
	struct html_reader reader = { .text = html, .len = len };
	struct plain plain = { .out = out, .start = out->len };
	struct html_token token;

	while (!plain.is_full && (token = html_next(&reader)).kind) {
		if (token.kind == HTML_TEXT)
			put_words(&plain, token.text, token.len);
		else
			put_tag(&plain, &token);
	}
}
