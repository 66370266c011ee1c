/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "entity.h"

#include <stdint.h>
#include <string.h>

#include "bug.h"
#include "hex.h"
#include "utf8.h"

#define NO_CHARACTER 0xfffd
#define LAST 0x10ffff

/* U+00A0 to U+00FF. */
static const char latin1[][8] = {
	"nbsp",	  "iexcl",  "cent",   "pound",	"curren", "yen",    "brvbar",
	"sect",	  "uml",    "copy",   "ordf",	"laquo",  "not",    "shy",
	"reg",	  "macr",   "deg",    "plusmn", "sup2",	  "sup3",   "acute",
	"micro",  "para",   "middot", "cedil",	"sup1",	  "ordm",   "raquo",
	"frac14", "frac12", "frac34", "iquest", "Agrave", "Aacute", "Acirc",
	"Atilde", "Auml",   "Aring",  "AElig",	"Ccedil", "Egrave", "Eacute",
	"Ecirc",  "Euml",   "Igrave", "Iacute", "Icirc",  "Iuml",   "ETH",
	"Ntilde", "Ograve", "Oacute", "Ocirc",	"Otilde", "Ouml",   "times",
	"Oslash", "Ugrave", "Uacute", "Ucirc",	"Uuml",	  "Yacute", "THORN",
	"szlig",  "agrave", "aacute", "acirc",	"atilde", "auml",   "aring",
	"aelig",  "ccedil", "egrave", "eacute", "ecirc",  "euml",   "igrave",
	"iacute", "icirc",  "iuml",   "eth",	"ntilde", "ograve", "oacute",
	"ocirc",  "otilde", "ouml",   "divide", "oslash", "ugrave", "uacute",
	"ucirc",  "uuml",   "yacute", "thorn",	"yuml",
};

static const struct {
	const char *name;
	uint32_t code;
} others[] = {
	{ "amp", '&' },	     { "AMP", '&' },	   { "lt", '<' },
	{ "LT", '<' },	     { "gt", '>' },	   { "GT", '>' },
	{ "quot", '"' },     { "QUOT", '"' },	   { "apos", '\'' },
	{ "colon", ':' },    { "Tab", '\t' },	   { "NewLine", '\n' },
	{ "sol", '/' },	     { "lpar", '(' },	   { "rpar", ')' },
	{ "num", '#' },	     { "commat", '@' },	   { "excl", '!' },
	{ "quest", '?' },    { "equals", '=' },	   { "period", '.' },
	{ "comma", ',' },    { "semi", ';' },	   { "lowbar", '_' },
	{ "bsol", '\\' },    { "grave", '`' },	   { "lsqb", '[' },
	{ "rsqb", ']' },     { "lcub", '{' },	   { "rcub", '}' },
	{ "OElig", 0x152 },  { "oelig", 0x153 },   { "Scaron", 0x160 },
	{ "scaron", 0x161 }, { "fnof", 0x192 },	   { "ensp", 0x2002 },
	{ "emsp", 0x2003 },  { "thinsp", 0x2009 }, { "zwnj", 0x200c },
	{ "zwj", 0x200d },   { "lrm", 0x200e },	   { "rlm", 0x200f },
	{ "ndash", 0x2013 }, { "mdash", 0x2014 },  { "lsquo", 0x2018 },
	{ "rsquo", 0x2019 }, { "sbquo", 0x201a },  { "ldquo", 0x201c },
	{ "rdquo", 0x201d }, { "bdquo", 0x201e },  { "dagger", 0x2020 },
	{ "bull", 0x2022 },  { "hellip", 0x2026 }, { "permil", 0x2030 },
	{ "prime", 0x2032 }, { "lsaquo", 0x2039 }, { "rsaquo", 0x203a },
	{ "euro", 0x20ac },  { "trade", 0x2122 },  { "larr", 0x2190 },
	{ "uarr", 0x2191 },  { "rarr", 0x2192 },   { "darr", 0x2193 },
	{ "harr", 0x2194 },  { "minus", 0x2212 },  { "infin", 0x221e },
	{ "asymp", 0x2248 }, { "ne", 0x2260 },	   { "le", 0x2264 },
	{ "ge", 0x2265 },    { "hearts", 0x2665 },
};

static bool is_name(const char *name, const char *text, size_t len)
{
	return strlen(name) == len && !memcmp(name, text, len);
}

/* 0 for a name we do not know. */
static uint32_t code_of_name(const char *text, size_t len)
{
	for (uint32_t i = 0; i < ARRAY_LEN(latin1); i++)
		if (is_name(latin1[i], text, len))
			return 0xa0 + i;
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		if (is_name(others[i].name, text, len))
			return others[i].code;
	return 0;
}

static size_t read_name(const char *text, size_t len, uint32_t *code)
{
	size_t i = 1;

	while (i < len && i < ENTITY_MAX &&
	       ((text[i] >= 'a' && text[i] <= 'z') ||
		(text[i] >= 'A' && text[i] <= 'Z') ||
		(text[i] >= '0' && text[i] <= '9')))
		i++;
	if (i == len || text[i] != ';')
		return 0;
	*code = code_of_name(text + 1, i - 1);
	return *code ? i + 1 : 0;
}

/* The value of a digit, -1 where there is none. */
static int digit(const char *text, size_t len, size_t i, uint32_t base)
{
	int value = i < len && i < ENTITY_MAX ? hex_digit(text[i]) : -1;

	return value < (int)base ? value : -1;
}

static size_t read_number(const char *text, size_t len, uint32_t *code)
{
	bool is_hex = len > 2 && (text[2] | 0x20) == 'x';
	uint32_t base = is_hex ? 16 : 10;
	size_t start = is_hex ? 3 : 2, i = start;
	int value;

	*code = 0;
	for (; (value = digit(text, len, i, base)) >= 0; i++)
		if (*code <= LAST)
			*code = *code * base + (uint32_t)value;
	if (i == start)
		return 0;
	if (!*code || *code > LAST || (*code >= 0xd800 && *code < 0xe000))
		*code = NO_CHARACTER;
	return i < len && text[i] == ';' ? i + 1 : i;
}

size_t entity_read(const char *text, size_t len, char out[ENTITY_BYTES],
		   size_t *out_len)
{
	uint32_t code;
	size_t size = len > 1 && text[1] == '#' ?
			      read_number(text, len, &code) :
			      read_name(text, len, &code);

	*out_len = size ? utf8_encode(out, code) : 0;
	return size;
}
