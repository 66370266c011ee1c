/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Forms in files: what clients send, and what hostile ones do. */
#include "../../cgi/multipart.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "arena.h"
#include "bug.h"
#include "tap.h"

#define TYPE "multipart/form-data; boundary=AaB03x"
#define FIELD "--AaB03x\r\nContent-Disposition: form-data; "
#define VIDEO \
	FIELD "name=\"videofile\"; filename=\"a.mp4\"\r\n" \
	      "Content-Type: video/mp4\r\n\r\n"
#define END "\r\n--AaB03x--\r\n"

static struct arena *arena;
static struct multipart form;

static int file_of(const void *bytes, size_t len)
{
	int fd = memfd_create("form", MFD_CLOEXEC);

	if (fd < 0 || write(fd, bytes, len) != (ssize_t)len)
		BUG("no memory file");
	return fd;
}

static const char *parse(const char *type, const void *bytes, size_t len)
{
	int fd = file_of(bytes, len);
	const char *error =
		multipart_parse(&form, arena, fd, (int64_t)len, type);

	close(fd);
	return error;
}

static const char *parse_text(const char *text)
{
	return parse(TYPE, text, strlen(text));
}

static bool has(const char *name, const char *value)
{
	const char *got = multipart_field(&form, name);

	return got && !strcmp(got, value);
}

static void test_good(void)
{
	static const char quoted[] =
		"--a b?\r\n"
		"Content-Disposition: form-data; name=n\r\n\r\n1\r\n--a b?--";
	const struct multipart_part *file;

	ok(!parse_text(FIELD
		       "name=\"name\"\r\n\r\nA \xc3\xa9t\xc3\xa9\r\n" FIELD
		       "name=\"tags[]\"\r\n\r\none\r\n" FIELD
		       "name=\"tags[]\"\r\n\r\n\r\n" VIDEO
		       "12345\r\n--AaB03\r\n--AaB03xy" END),
	   "a usual form");
	ok(form.nr == 4, "four parts");
	ok(has("name", "A \xc3\xa9t\xc3\xa9"), "a field's value");
	ok(has("tags[]", "one"), "the first of a name sent twice");
	ok(form.parts[2].value && !*form.parts[2].value, "an empty field");
	file = multipart_file(&form, "videofile");
	ok(file && file->size == 25, "what resembles a boundary is content");
	ok(file && !strcmp(file->type, "video/mp4"), "the file's type");
	ok(!multipart_file(&form, "name") &&
		   !multipart_field(&form, "videofile"),
	   "fields are no files, files no fields");
	ok(!parse_text("\r\n" FIELD "name=a\r\n\r\nx\r\n--AaB03x \t\r\n"
		       "content-disposition:form-data;name=b\r\n\r\ny" END
		       "epilogue"),
	   "leading line end, padding, tokens, epilogue");
	ok(has("a", "x") && has("b", "y"), "its fields");
	ok(!parse_text("--AaB03x--\r\n") && !form.nr, "no part at all");
	ok(!parse("Multipart/Form-Data; charset=utf-8; boundary=\"a b?\"",
		  quoted, strlen(quoted)) &&
		   has("n", "1"),
	   "a quoted boundary");
	ok(!parse_text(VIDEO END) && form.parts[0].size == 0, "an empty file");
}

static const char *name_sent_as(const char *params)
{
	const char *text =
		arena_printf(arena, FIELD "name=f; %s\r\n\r\nx" END, params);

	return parse_text(text) ? "(refused)" : form.parts[0].filename;
}

static void test_filenames(void)
{
	static const char *const cases[][3] = {
		{ "filename=\"a b.mp4\"", "a b.mp4", "plain" },
		{ "filename=\"a%22b\\\"c\\\\d\"", "d", "escapes" },
		{ "filename=\"say %22hi%22.mp4\"", "say \"hi\".mp4", "%22" },
		{ "filename=\"C:\\dir\\film.mp4\"", "film.mp4", "old Windows" },
		{ "filename=\"../../etc/passwd\"", "passwd", "folders" },
		{ "filename=\"a; name=evil\"", "a; name=evil", "semicolon" },
		{ "filename*=UTF-8''%C3%A9.mp4", "\xc3\xa9.mp4", "RFC 5987" },
		{ "filename=\"\xff.mp4\"", "(refused)", "not UTF-8" },
		{ "filename=\"a\tb\"", "(refused)", "control character" },
		{ "filename=\"\"", "", "none chosen" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		ok(!strcmp(name_sent_as(cases[i][0]), cases[i][1]),
		   "file name: %s", cases[i][2]);
	ok(!name_sent_as("filenam=x"), "a parameter that only begins alike");
}

static void test_refused(void)
{
	static const struct {
		const char *text;
		const char *what;
	} cases[] = {
		{ "", "an empty body" },
		{ "--AaB03x", "only a delimiter" },
		{ "--AaB03y\r\n", "another boundary" },
		{ "preamble\r\n--AaB03x--", "a preamble" },
		{ VIDEO "12345", "a file without end" },
		{ VIDEO "12345\r\n--AaB03x", "a cut delimiter" },
		{ VIDEO "12345\r\n--AaB03x-", "a cut closing delimiter" },
		{ VIDEO "12345\r\n--AaB03x\r\n", "no closing delimiter" },
		{ VIDEO "12345\n--AaB03x--\n", "bare line feeds" },
		{ "--AaB03x\r\n\r\nx" END, "a part without header" },
		{ FIELD "filename=a\r\n\r\nx" END, "a part without name" },
		{ FIELD "name=\"\"\r\n\r\nx" END, "an empty name" },
		{ FIELD "name=\"a\r\n\r\nx" END, "a quote left open" },
		{ FIELD "name=a\r\nnonsense\r\n\r\nx" END, "no colon" },
		{ FIELD "name=a\r\n\r\n\xc0\x80" END, "a field not UTF-8" },
		{ FIELD "name=a\r\nContent-Disposition: form-data; name=b"
			"\r\n\r\nx" END,
		  "two dispositions" },
		{ "--AaB03x\r\nContent-Disposition: attachment; name=a"
		  "\r\n\r\nx" END,
		  "an attachment" },
		{ FIELD "name=a\r\nContent-Transfer-Encoding: base64"
			"\r\n\r\neA==" END,
		  "base64" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		ok(parse_text(cases[i].text) != NULL, "refused: %s",
		   cases[i].what);
	ok(parse(TYPE, FIELD "name=a\r\n\r\nx\0y" END,
		 sizeof(FIELD "name=a\r\n\r\nx\0y" END) - 1) != NULL,
	   "refused: NUL in a field");
}

static void test_types(void)
{
	static const char *const types[] = {
		NULL,
		"",
		"multipart/form-data",
		"application/x-www-form-urlencoded",
		"multipart/mixed; boundary=AaB03x",
		"multipart/form-data; boundary=",
		"multipart/form-data; boundary=\"AaB03x",
		"multipart/form-data; boundary=\"a\tb\"",
		"multipart/form-data; boundary=\"AaB03x \"",
		("multipart/form-data; boundary="
		 "01234567890123456789012345678901234567890123456789"
		 "012345678901234567890"),
	};

	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		ok(parse(types[i], "--AaB03x--\r\n", 12) != NULL,
		   "refused type: %s", types[i] ? types[i] : "none");
}

/* A form whose file has `size` bytes that resemble delimiters. */
static bool file_of_size(size_t size, bool last)
{
	static const char noise[] = "\r\n--AaB03\r\n--AaB03yx";
	const char *head =
		last ? FIELD "name=last\r\n\r\nvideofile\r\n" VIDEO : VIDEO;
	size_t head_len = strlen(head), len = head_len + size + strlen(END);
	char *body = malloc(len + 1);
	const struct multipart_part *file;
	const char *error;

	if (!body)
		BUG("no memory");
	memcpy(body, head, head_len);
	for (size_t i = 0; i < size; i++)
		body[head_len + i] = noise[i % strlen(noise)];
	memcpy(body + head_len + size, END, strlen(END));
	error = parse(TYPE, body, len);
	free(body);
	file = multipart_file(&form, "videofile");
	return !error && file && file->size == (int64_t)size &&
	       file->start == (int64_t)head_len;
}

static void test_windows(void)
{
	bool all = true;

	/* The closing delimiter at each place around the window's edge. */
	for (size_t size = 65536 - 220; size < 65536 + 20; size++)
		all = file_of_size(size, false) && all;
	ok(all, "a delimiter across the edge of a window");
	for (size_t size = 2 * 65536 - 220; size < 2 * 65536 + 20; size += 3)
		all = file_of_size(size, false) && all;
	ok(all, "and of the second one");
	ok(file_of_size(5000000, false), "a file of many windows");
	all = true;
	for (size_t size = 0; size < 10000; size += 101)
		all = file_of_size(size, true) && all;
	ok(all, "a file that is promised to be the last part");
}

static void test_last(void)
{
	ok(!parse_text(FIELD "name=last\r\n\r\nvideofile\r\n" VIDEO
			     "1\r\n" FIELD "name=after\r\n\r\n2" END),
	   "a form that breaks its promise");
	ok(form.nr == 2 && form.parts[1].size > 2,
	   "what follows is the file's content");
	ok(parse_text(FIELD "name=last\r\n\r\nvideofile\r\n" VIDEO "1") != NULL,
	   "cut off behind the promise");
}

static void test_limits(void)
{
	char *body = malloc(400000);
	size_t len = 0;

	if (!body)
		BUG("no memory");
	for (int i = 0; i <= MULTIPART_MAX_PARTS; i++)
		len += (size_t)snprintf(body + len, 400000 - len, "%s%s",
					i ? "\r\n" : "",
					FIELD "name=a\r\n\r\nx");
	snprintf(body + len, 400000 - len, "%s", END);
	ok(parse_text(body) != NULL, "refused: 101 parts");
	for (size_t size = 65535; size < 65538; size++) {
		len = (size_t)snprintf(body, 400000, "%s",
				       FIELD "name=a\r\n\r\n");
		memset(body + len, 'x', size);
		snprintf(body + len + size, 400000 - len - size, "%s", END);
		ok(!parse_text(body) == (size <= 65536), "a field of %zu bytes",
		   size);
	}
	len = (size_t)snprintf(body, 400000, "%s", FIELD "name=a\r\nX: ");
	memset(body + len, 'x', 8192);
	snprintf(body + len + 8192, 300000, "\r\n\r\nx%s", END);
	ok(parse_text(body) != NULL, "refused: a header of over 8 KiB");
	free(body);
}

int main(void)
{
	arena = arena_new((size_t)64 * 1024 * 1024);
	test_good();
	arena_reset(arena);
	test_filenames();
	test_refused();
	test_types();
	arena_reset(arena);
	test_windows();
	test_last();
	arena_reset(arena);
	test_limits();
	arena_free(arena);
	return tap_done();
}
