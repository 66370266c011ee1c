# What the folder bench adds.
EXTRA_DIST += bench/generate.sql bench/run bench/soak
EXTRA_DIST += bench/lists
EXTRA_DIST += bench/upload bench/resumable
EXTRA_DIST += bench/soak-workers
EXTRA_DIST += bench/sign-in.pl
# Not built by `make`: see its first lines.
EXTRA_PROGRAMS = bench/mustache
CLEANFILES += bench/mustache
bench_mustache_SOURCES = bench/mustache.c
bench_mustache_LDADD = $(CARDUME_LIBS)
