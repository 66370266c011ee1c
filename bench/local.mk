# What the folder bench adds.
EXTRA_DIST += bench/generate.sql
