/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include <string.h>
#include <strings.h>

#include "bug.h"
#include "date.h"
#include "http_signature_private.h"
#include "utf8.h"

#define DATE_BEHIND 3600
#define DATE_AHEAD 300

enum { KEY_ID, ALGORITHM, HEADERS, SIGNATURE, CREATED, EXPIRES, NR_PARAMETERS };

static const char *const names[NR_PARAMETERS] = {
	[KEY_ID] = "keyId",    [ALGORITHM] = "algorithm",
	[HEADERS] = "headers", [SIGNATURE] = "signature",
	[CREATED] = "created", [EXPIRES] = "expires",
};

/* The value behind a '=': quoted, or a token up to the next comma. */
static const char *take_value(struct reading *reading, const char **at)
{
	const char *start = *at;
	size_t len;

	if (*start != '"') {
		len = strcspn(start, ",");
		*at = start + len;
		while (len && (start[len - 1] == ' ' || start[len - 1] == '\t'))
			len--;
		if (memchr(start, '"', len))
			return NULL;
		return arena_strndup(reading->task->arena, start, len);
	}
	start++;
	len = strcspn(start, "\"\\");
	if (start[len] != '"')
		return NULL;
	*at = start + len + 1;
	*at += strspn(*at, " \t");
	return arena_strndup(reading->task->arena, start, len);
}

/* One name=value; those we do not know are passed over. */
static bool take_parameter(struct reading *reading, const char **at,
			   const char *values[NR_PARAMETERS])
{
	const char *name = *at;
	size_t len = strcspn(name, "=, \t\"");
	const char *value;

	if (!len || name[len] != '=')
		return refuse(reading, "The header Signature is no list of"
				       " parameters.");
	*at = name + len + 1;
	value = take_value(reading, at);
	if (!value || (**at && **at != ','))
		return refuse(reading, "A parameter of the header Signature is"
				       " neither quoted nor a word.");
	for (int i = 0; i < NR_PARAMETERS; i++) {
		if (strlen(names[i]) != len || strncasecmp(names[i], name, len))
			continue;
		if (values[i])
			return refuse(reading,
				      "The header Signature has %s"
				      " twice.",
				      names[i]);
		values[i] = value;
	}
	return true;
}

static bool take_parameters(struct reading *reading, const char *at,
			    const char *values[NR_PARAMETERS])
{
	if (!strncasecmp(at, "Signature ", 10))
		at += 10;
	for (;;) {
		at += strspn(at, " \t");
		if (!take_parameter(reading, &at, values))
			return false;
		if (!*at)
			return true;
		at++;
	}
}

/* The label says little (GoToSocial's hs2019 is PeerTube's rsa-sha256); what
 * is no RSA at all is refused. */
static bool check_algorithm(struct reading *reading, const char *algorithm)
{
	reading->signature->kinds = SIGNATURE_RSA_SHA256 | SIGNATURE_RSA_SHA512;
	if (!strcasecmp(algorithm, "rsa-sha256") ||
	    !strcasecmp(algorithm, "rsa-sha512") ||
	    !strcasecmp(algorithm, "hs2019"))
		return true;
	return refuse(reading, "The signature's algorithm is \"%.40s\".",
		      algorithm);
}

static bool split_headers(struct reading *reading, const char *list)
{
	char *name = utf8_lower(reading->task->arena, list);

	for (name += strspn(name, " "); *name;) {
		size_t len = strcspn(name, " ");
		char *next = name + len + strspn(name + len, " ");

		name[len] = '\0';
		if (!reading_cover(reading, name))
			return false;
		name = next;
	}
	return true;
}

static bool check_date(struct reading *reading)
{
	const char *text = reading_need(reading, "date");
	int64_t now = reading->request->now;
	time_t date;

	if (!text)
		return false;
	if (!date_http_parse(text, strlen(text), &date))
		return refuse(reading, "The header Date is no date of HTTP.");
	if (date < now - DATE_BEHIND || date > now + DATE_AHEAD)
		return refuse(reading, "The header Date is %lld s off.",
			      (long long)(date - now));
	reading->signature->until = date + DATE_BEHIND;
	return true;
}

static bool read_times(struct reading *reading,
		       const char *values[NR_PARAMETERS])
{
	bool is_hs2019 = !strcasecmp(values[ALGORITHM], "hs2019");

	if (reading_covers(reading, "date") && !check_date(reading))
		return false;
	if (values[CREATED])
		reading->created = reading_seconds(values[CREATED]);
	if (values[EXPIRES])
		reading->expires = reading_seconds(values[EXPIRES]);
	if (reading_covers(reading, "(created)") &&
	    (!is_hs2019 || reading->created < 0))
		return refuse(reading, "(created) wants hs2019 and a time.");
	if (reading_covers(reading, "(expires)") &&
	    (!is_hs2019 || reading->expires < 0))
		return refuse(reading, "(expires) wants hs2019 and a time.");
	/* What is not covered proves nothing. */
	if (!reading_covers(reading, "(created)"))
		reading->created = -1;
	if (!reading_covers(reading, "(expires)"))
		reading->expires = -1;
	return reading_check_times(reading);
}

static bool check_covered(struct reading *reading)
{
	bool has_body = reading->request->body_len ||
			!strcmp(reading->request->method, "POST");

	if (!reading_covers(reading, "(request-target)"))
		return refuse(reading, "The signature does not cover"
				       " (request-target).");
	if (!reading_covers(reading, "host"))
		return refuse(reading, "The signature does not cover host.");
	if (!reading_covers(reading, "date") &&
	    !reading_covers(reading, "(created)"))
		return refuse(reading, "The signature covers no date.");
	if (reading_covers(reading, "digest"))
		return reading_check_digest(reading, "digest", '\0');
	if (has_body)
		return refuse(reading, "The signature does not cover digest.");
	return true;
}

/* One line of what is signed. */
static bool add_line(struct reading *reading, struct buf *buf, const char *name,
		     size_t target_len)
{
	const char *value;

	if (buf->len)
		buf_char(buf, '\n');
	buf_printf(buf, "%s: ", name);
	if (!strcmp(name, "(request-target)")) {
		buf_str(buf, utf8_lower(reading->task->arena,
					reading->request->method));
		buf_char(buf, ' ');
		buf_add(buf, reading->request->target, target_len);
	} else if (!strcmp(name, "(created)")) {
		buf_printf(buf, "%lld", (long long)reading->created);
	} else if (!strcmp(name, "(expires)")) {
		buf_printf(buf, "%lld", (long long)reading->expires);
	} else if (*name == '(' || *name == '@') {
		return refuse(reading, "The signature covers %.64s.", name);
	} else {
		value = reading_need(reading, name);
		if (!value)
			return false;
		buf_str(buf, value);
	}
	return true;
}

static bool make_text(struct reading *reading, size_t target_len,
		      const char **text)
{
	struct buf buf = buf_make(reading->task->arena, HTTP_TEXT_MAX);

	for (size_t i = 0; i < reading->nr_covered; i++)
		if (!add_line(reading, &buf, reading->covered[i], target_len))
			return false;
	*text = buf.data;
	return true;
}

static bool make_texts(struct reading *reading)
{
	const char *target = reading->request->target;
	const char *query = strchr(target, '?');
	const char **texts = reading->signature->texts;

	if (strlen(target) > HTTP_HEADER_MAX)
		return refuse(reading, "The request's URL is too long.");
	if (!make_text(reading, strlen(target), &texts[0]))
		return false;
	return !query ||
	       make_text(reading, (size_t)(query - target), &texts[1]);
}

bool reading_draft(struct reading *reading, const char *header)
{
	const char *values[NR_PARAMETERS] = { 0 };

	if (!take_parameters(reading, header, values))
		return false;
	if (!values[KEY_ID] || !values[SIGNATURE])
		return refuse(reading, "The header Signature has no keyId or no"
				       " signature.");
	if (!values[ALGORITHM])
		values[ALGORITHM] = "hs2019";
	if (!values[HEADERS])
		values[HEADERS] = strcasecmp(values[ALGORITHM], "hs2019") ?
					  "date" :
					  "(created)";
	reading->signature->key_id = values[KEY_ID];
	reading->signature_text = values[SIGNATURE];
	return check_algorithm(reading, values[ALGORITHM]) &&
	       split_headers(reading, values[HEADERS]) &&
	       check_covered(reading) && read_times(reading, values) &&
	       make_texts(reading);
}
