# SPDX-License-Identifier: AGPL-3.0-or-later
# lib/contexts/*.json -> the table of contexts (lib/jsonld_private.h).
# usage: awk -f contexts.awk FILE...

FNR == 1 {
	if (NR == 1)
		print "/* Made by tools/contexts.awk. */\n#include \"jsonld_private.h\"\n\nconst struct jsonld_bundled jsonld_bundled[] = {"
	else
		print "\t},"
	name = FILENAME
	sub(/^.*\//, "", name)
	sub(/\.json$/, "", name)
	print "\t{\n\t\t\"" name "\","
}
{
	gsub(/\\/, "\\\\")
	gsub(/"/, "\\\"")
	print "\t\t\"" $0 "\\n\""
}
END { print "\t},\n\t{ NULL, NULL },\n};" }
