# SPDX-License-Identifier: AGPL-3.0-or-later
# templates/**/*.mustache -> the table of templates (lib/templates.h) and of
# the pages' routes (cgi/route.h).
# usage: LC_ALL=C awk -v out=templates|routes -f templates.awk FILE...
# The table is sorted by name, as bsearch() has it: the order of the files is
# another one ("card-row.mustache" comes before "card.mustache").

function die(text) { print FILENAME ":" FNR ": " text > "/dev/stderr"; bad = 1; exit 1 }
function quote(s) { gsub(/\\/, "\\\\", s); gsub(/"/, "\\\"", s); return "\"" s "\"" }

# A word of the first comment: its route, and what belongs to it.
function declare(line,   f, n) {
	gsub(/^[ \t]+|[ \t]+$/, "", line)
	n = split(line, f, /[ \t]+/)
	if (line ~ /^(GET|POST) \//) {
		nr_patterns++
		methods[nr_patterns] = f[1]
		patterns[nr_patterns] = f[2]
	} else if (f[1] == "query" && n == 2)
		query = f[2]
	else if (f[1] == "viewer" && n == 2)
		viewer = f[2]
	else if (f[1] == "cache" && n == 2)
		cache = f[2]
	else if (f[1] == "type")
		type = substr(line, 6)
}
function finish(   i) {
	if (name == "") return
	names[++nr] = name
	texts[nr] = text
	for (i = 1; i <= nr_patterns; i++)
		routes = routes "\t{ .method = " quote(methods[i]) ", .pattern = " quote(patterns[i]) \
			", .kind = ROUTE_PAGE,\n\t  .template_name = " quote(name) \
			(query == "" ? "" : ", .query_name = " quote(query)) \
			",\n\t  .viewer = VIEWER_" toupper(viewer) ", .cache = " cache \
			", .type = " quote(type) " },\n"
}
FNR == 1 {
	finish()
	name = FILENAME
	sub(/^.*\/templates\//, "", name)
	sub(/\.mustache$/, "", name)
	text = ""; query = ""; viewer = "none"; cache = 0; nr_patterns = 0
	type = "text/html; charset=utf-8"
	header = /^\{\{!/ ? 1 : 0
	if (!header) die("the first line must be a comment with the licence")
}
header {
	line = $0
	closes = line ~ /\}\}/
	gsub(/\{\{!|\}\}.*$/, "", line)
	declare(line)
	if (closes) header = 0
	next
}
{
	line = $0
	gsub(/\\/, "\\\\", line)
	gsub(/"/, "\\\"", line)
	gsub(/\?/, "\\?", line)
	text = text "\n\t\t\"" line "\\n\""
}
function swap(i, j,   t) {
	t = names[i]; names[i] = names[j]; names[j] = t
	t = texts[i]; texts[i] = texts[j]; texts[j] = t
}
function sort(   i, j) {
	for (i = 2; i <= nr; i++)
		for (j = i; j > 1 && names[j] "" < names[j - 1] ""; j--)
			swap(j, j - 1)
}
END {
	if (bad) exit 1
	finish()
	sort()
	print "/* Made by tools/templates.awk: do not edit. */"
	if (out == "routes") {
		print "#include \"route.h\"\n"
		print "const struct route page_routes[] = {\n" routes "\t{ 0 }\n};"
		exit
	}
	print "#include \"templates.h\"\n"
	for (i = 1; i <= nr; i++)
		print "static const char text_" i "[] =" (texts[i] == "" ? " \"\"" : texts[i]) ";\n"
	print "const struct template templates[] = {"
	for (i = 1; i <= nr; i++)
		print "\t{ " quote(names[i]) ", text_" i ", sizeof(text_" i ") - 1 },"
	print "};\n"
	print "const size_t nr_templates = sizeof(templates) / sizeof(templates[0]);"
}
