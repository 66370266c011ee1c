EXTRA_DIST += tools/queries.awk
