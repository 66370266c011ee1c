# SPDX-License-Identifier: AGPL-3.0-or-later
# sql/*/*.sql -> the table of named queries and their routes (lib/query.h,
# cgi/route.h). usage: LC_ALL=C awk -v root=DIR -v out=queries|routes -f queries.awk FILE...
# FILEs must come sorted.

function die(text) { print FILENAME ":" FNR ": " text > "/dev/stderr"; bad = 1; exit 1 }
function quote(s) { gsub(/\\/, "\\\\", s); gsub(/"/, "\\\"", s); return "\"" s "\"" }
function range(s,   parts) {
	if (split(s, parts, /\.\./) != 2 || parts[1] !~ /^-?[0-9]+$/ || parts[2] !~ /^-?[0-9]+$/)
		die("bad range " s)
	return ".min = " parts[1] ", .max = " parts[2]
}
function param_row(line,   f, n, i, row, type) {
	n = split(line, f, /[ \t]+/)
	type = f[2]
	row = ".name = " quote(f[1]) ", .type = PARAM_" toupper(type)
	i = 3
	if (type ~ /^(int|text|list|chars|ints)$/)
		row = row ", " range(f[i++])
	else if (type == "choice")
		row = row ", .choices = " quote(f[i++])
	else if (type !~ /^(bool|video|handle|viewer|date|uuid|json|session|password|address|agent|body)$/)
		die("unknown parameter type " type)
	if (f[i] == "=" && i < n)
		row = row ", .fallback = " quote(f[i + 1])
	else if (f[i] == "required")
		row = row ", .required = true"
	else if (i <= n)
		die("bad parameter line: " line)
	return row
}
function wakes(   f, i, n, bits) {
	n = split(wake, f, " ")
	for (i = 1; i <= n; i++)
		bits = bits (i > 1 ? " | " : "") "1u << JOB_" f[i]
	return n ? bits : "0"
}
function finish(   i) {
	if (name == "") return
	nq++
	summaries[nq] = summary
	answers[nq] = answer
	nc[nq] = checks
	names[nq] = name
	sqls[nq] = sql
	custom[nq] = plan
	reads[nq] = sql ~ /^"[\\n ]*(SELECT|WITH)/ && sql !~ /(INSERT|UPDATE|DELETE|nextval|_write)/ && !writes
	nr[nq] = np
	for (i = 1; i <= nroutes; i++)
		routes = routes "\t{ " route[i] ", .kind = ROUTE_QUERY, .query_name = " quote(name) \
			", .viewer = VIEWER_" toupper(viewer) ", .scope = SCOPE_" scope ", .cache = " cache ", .type = " quote(type) \
			", .status = " status ", .wakes = " wakes() \
			(body ? ", .body = BODY_ANY, .max_body = QUERY_MAX_BODY" : "") " },\n"
}
FNR == 1 {
	finish()
	name = FILENAME
	sub(/^.*\/sql\//, "", name)
	sub(/\.sql$/, "", name)
	ident = name
	gsub(/[^a-zA-Z0-9]/, "_", ident)
	idents[nq + 1] = ident
	sql = ""; plan = 0; np = 0; nroutes = 0; viewer = "none"; scope = "NONE"; cache = 0
	status = 0; wake = ""; summary = ""; answer = ""; body = 0; checks = 0; writes = 0
	type = "application/json; charset=utf-8"
	header = 1
}
header && /^-- (GET|POST|PUT|DELETE) \// {
	if ($2 != "GET" && $2 != "POST" && $2 != "PUT" && $2 != "DELETE") die("bad method")
	if ($2 != "GET") writes = 1
	route[++nroutes] = ".method = " quote($2) ", .pattern = " quote($3)
	next
}
header && /^-- viewer / { viewer = $3; next }
header && /^-- scope (read|write|upload|moderate|account|admin|any)$/ { scope = toupper($3); next }
header && /^-- cache / { cache = $3; next }
header && /^-- type / { sub(/^-- type /, ""); type = $0; next }
header && /^-- status (200|204)$/ { status = $3; next }
header && /^-- wake / { sub(/^-- wake /, ""); wake = $0; next }
header && /^-- answer / { sub(/^-- answer /, ""); answer = $0; next }
header && /^-- plan custom/ { plan = 1; next }
header && /^-- role / { sub(/^-- role /, ""); roles[nq + 1] = $0; next }
header && /^-- param / {
	sub(/^-- param /, "")
	if ($2 == "body") body = 1
	rows[nq + 1, ++np] = param_row($0)
	next
}
header && /^-- (field|check) / {
	is_check = $2 == "check"
	sub(/^-- (field|check) /, "")
	body = 1
	$0 = param_row($0) ", .in_body = true"
	if (is_check) check_rows[nq + 1, ++checks] = $0
	else rows[nq + 1, ++np] = $0
	next
}
header && /^-- / && !/^-- SPDX/ { summary = summary (summary ? " " : "") substr($0, 4); next }
/^--/ || /^[ \t]*$/ { next }
{
	header = 0
	line = $0
	gsub(/\\/, "\\\\", line)
	gsub(/"/, "\\\"", line)
	sql = sql "\"" line "\\n\"\n\t\t"
}
END {
	if (bad) exit 1
	finish()
	print "/* Made by tools/queries.awk: do not edit. */"
	if (out == "routes") {
		print "#include \"job.h\"\n#include \"route.h\"\n#include \"scope.h\"\n"
		print "const struct route query_routes[] = {\n" routes "\t{ 0 }\n};"
		exit
	}
	print "#include \"query.h\"\n"
	for (i = 1; i <= nq; i++) {
		if (nr[i]) {
			print "static const struct param " idents[i] "[] = {"
			for (j = 1; j <= nr[i]; j++) print "\t{ " rows[i, j] " },"
			print "};\n"
		}
		if (nc[i]) {
			print "static const struct param " idents[i] "_checks[] = {"
			for (j = 1; j <= nc[i]; j++) print "\t{ " check_rows[i, j] " },"
			print "};\n"
		}
	}
	# By name: files come in the order of their paths, where "clear-x.sql"
	# stands before "clear.sql".
	for (i = 1; i <= nq; i++) {
		order[i] = i
		for (j = i; j > 1 && names[order[j]] < names[order[j - 1]]; j--) {
			k = order[j]; order[j] = order[j - 1]; order[j - 1] = k
		}
	}
	print "const struct query queries[] = {"
	for (n = 1; n <= nq; n++) {
		i = order[n]
		print "\t{ .name = " quote(names[i]) ", .roles = " quote(roles[i]) ","
		print "\t  .params = " (nr[i] ? idents[i] : "NULL") ", .nr_params = " nr[i] ","
		print "\t  .checks = " (nc[i] ? idents[i] "_checks" : "NULL") ", .nr_checks = " nc[i] + 0 ","
		print "\t  .summary = " quote(summaries[i]) ", .answer = " quote(answers[i]) ","
		print "\t  .custom_plan = " (custom[i] ? "true" : "false") ", .read_only = " (reads[i] ? "true" : "false") ","
		print "\t  .sql =\n\t\t" sqls[i] "},"
	}
	print "};\n"
	print "const size_t nr_queries = sizeof(queries) / sizeof(queries[0]);"
}
