/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "mail.h"

#include <openssl/evp.h>
#include <string.h>

#define ADDRESS_MAX 400
#define PLAIN_MAX 60 /* bytes of a header's text that is put as it is */
/* Bytes of one encoded word: 52 characters of base64, a line of at most 76. */
#define WORD_MAX 39
#define LINE_MAX_QP 75 /* before the "=" of a soft line break */

bool mail_is_address(const char *address)
{
	const char *at = strrchr(address, '@');

	if (!at || at == address || !at[1] || strlen(address) > ADDRESS_MAX)
		return false;
	for (const char *c = address; *c; c++)
		if ((unsigned char)*c <= ' ' || strchr("<>(),;:\\\"[]\x7f", *c))
			return false;
	return true;
}

static bool is_plain(const char *text)
{
	if (strlen(text) > PLAIN_MAX || strstr(text, "=?"))
		return false;
	for (; *text; text++)
		if (*text < ' ' || *text > '~' ||
		    strchr("\"(),:;<>@[\\]", *text))
			return false;
	return true;
}

/* At most `max` bytes of whole characters. */
static size_t word_length(const char *text, size_t max)
{
	size_t len = strlen(text);

	if (len <= max)
		return len;
	len = max;
	while (len > 1 && ((unsigned char)text[len] & 0xc0) == 0x80)
		len--;
	return len;
}

/* RFC 2047. Control characters are inside of the base64 and end nothing. */
static void put_words(struct buf *out, const char *text)
{
	unsigned char word[4 * (WORD_MAX / 3 + 1) + 1];

	if (is_plain(text)) {
		buf_str(out, text);
		return;
	}
	while (*text) {
		size_t len = word_length(text, WORD_MAX);
		int size = EVP_EncodeBlock(word, (const unsigned char *)text,
					   (int)len);

		buf_printf(out, "=?UTF-8?B?%.*s?=", size, (char *)word);
		text += len;
		if (*text)
			buf_str(out, "\r\n ");
	}
}

static bool is_literal(unsigned char c, unsigned char next)
{
	if (c == ' ' || c == '\t')
		return next != '\n' && next != '\r' && next;
	return c > ' ' && c <= '~' && c != '=';
}

/* Quoted-printable (RFC 2045, 6.7). A dot that begins a line is for curl. */
static void put_text(struct buf *out, const char *text)
{
	size_t column = 0;

	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;
		bool literal = is_literal(c, (unsigned char)text[1]);

		if (c == '\r' && text[1] == '\n')
			continue;
		if (c == '\n') {
			buf_str(out, "\r\n");
			column = 0;
			continue;
		}
		if (column + (literal ? 1 : 3) > LINE_MAX_QP) {
			buf_str(out, "=\r\n");
			column = 0;
		}
		buf_printf(out, literal ? "%c" : "=%02X", c);
		column += literal ? 1 : 3;
	}
	if (column)
		buf_str(out, "\r\n");
}

void mail_write(struct buf *out, const struct mail *mail)
{
	char date[64];
	struct tm tm;

	gmtime_r(&mail->date, &tm);
	strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S +0000", &tm);
	buf_str(out, "From: ");
	put_words(out, mail->from_name);
	buf_printf(out, " <%s>\r\nTo: <%s>\r\n", mail->from, mail->to);
	if (mail->reply_to)
		buf_printf(out, "Reply-To: <%s>\r\n", mail->reply_to);
	buf_str(out, "Subject: ");
	put_words(out, mail->subject);
	buf_printf(out,
		   "\r\nDate: %s\r\n"
		   "Message-ID: <%s@%s>\r\n"
		   "Auto-Submitted: auto-generated\r\n"
		   "MIME-Version: 1.0\r\n"
		   "Content-Type: text/plain; charset=utf-8\r\n"
		   "Content-Transfer-Encoding: quoted-printable\r\n\r\n",
		   date, mail->id, mail->host);
	put_text(out, mail->text);
}
