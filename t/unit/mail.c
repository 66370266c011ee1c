/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "mail.h"

#include <string.h>

#include "tap.h"

static struct arena *arena;

static const char *made(struct mail mail)
{
	struct buf out = buf_make(arena, 1 << 20);

	mail_write(&out, &mail);
	return out.data;
}

static struct mail plain(void)
{
	return (struct mail){ .from = "us@example.org",
			      .from_name = "Us",
			      .to = "you@example.org",
			      .subject = "Hello",
			      .text = "One.\nTwo.\n",
			      .id = "job-1",
			      .host = "example.org" };
}

static void addresses(void)
{
	static const char *const bad[] = {
		"",	   "a",		"@b",	     "a@",   "a b@c",
		"a\n@b.c", "a@b\r\n.c", "<a@b.c>",   "a@b,", "a\"@b",
		"a@b>",	   "a\\@b",	"a@b.c\x7f",
	};

	ok(mail_is_address("ann@example.org"), "an address");
	ok(mail_is_address("a+b-c_d=e@x.y"), "with signs");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(!mail_is_address(bad[i]), "no address: %zu", i);
}

static void headers(void)
{
	struct mail mail = plain();
	static const char first[] =
		"From: Us <us@example.org>\r\n"
		"To: <you@example.org>\r\nSubject: Hello\r\n"
		"Date: Thu, 01 Jan 1970 00:00:00 +0000\r\n"
		"Message-ID: <job-1@example.org>\r\n";
	const char *text = made(mail);

	ok(!strncmp(text, first, strlen(first)), "headers");
	ok(!strcmp(strstr(text, "\r\n\r\n"), "\r\n\r\nOne.\r\nTwo.\r\n"),
	   "text");
	mail.subject = "x\r\nBcc: a@b.c";
	ok(!strstr(made(mail), "\nBcc"), "a line break makes no header");
	mail.subject = "=?UTF-8?Q?x?=";
	ok(!strstr(made(mail), "?Q?"), "no encoded word of somebody's own");
	mail.subject = "\xc3\xa9";
	ok(strstr(made(mail), "Subject: =?UTF-8?B?w6k=?=\r\n") != NULL,
	   "an encoded word");
	mail.subject = "012345678901234567890123456789012345678"
		       "\xc3\xa9";
	ok(strstr(made(mail), "=\r\n =?UTF-8?B?w6k=?=\r\n") != NULL ||
		   strstr(made(mail), "?=\r\n =?UTF-8?B?w6k=?=\r\n") != NULL,
	   "a character is not divided");
	mail = plain();
	mail.from_name = "Us, \"we\" <x@y.z>";
	ok(!strstr(made(mail), "x@y.z"), "a name is no address");
}

static void texts(void)
{
	struct mail mail = plain();
	const char *body;

	mail.text = "=\x01\xff \n \t";
	body = strstr(made(mail), "\r\n\r\n") + 4;
	ok(!strcmp(body, "=3D=01=FF=20\r\n =09\r\n"), "quoted-printable");
	mail.text =
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"aaaaaaaaaaaaaaaaa";
	body = strstr(made(mail), "\r\n\r\n") + 4;
	ok(strstr(body, "=\r\n") == body + 75, "long lines are folded");
	mail.text = "a\r\nb";
	body = strstr(made(mail), "\r\n\r\n") + 4;
	ok(!strcmp(body, "a\r\nb\r\n"), "line breaks of both kinds");
	mail.text = "";
	ok(!strcmp(strstr(made(mail), "\r\n\r\n"), "\r\n\r\n"), "no text");
}

int main(void)
{
	arena = arena_new(16 << 20);
	addresses();
	headers();
	texts();
	arena_free(arena);
	return tap_done();
}
