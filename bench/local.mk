# What the folder bench adds.
EXTRA_DIST += bench/generate.sql bench/run bench/soak
EXTRA_DIST += bench/lists bench/p2p
EXTRA_DIST += bench/upload bench/resumable
EXTRA_DIST += bench/soak-workers
EXTRA_DIST += bench/sign-in.pl
# Not built by `make`: see its first lines.
EXTRA_PROGRAMS = bench/mustache
CLEANFILES += bench/mustache
bench_mustache_SOURCES = bench/mustache.c
bench_mustache_LDADD = $(CARDUME_LIBS)
EXTRA_DIST += bench/deliver
# Not built by `make`: see bench/deliver.
EXTRA_PROGRAMS += bench/sink
CLEANFILES += bench/sink
bench_sink_SOURCES = bench/sink.c
EXTRA_DIST += bench/inbox bench/signal
# Not built by `make`: see bench/inbox.
EXTRA_PROGRAMS += bench/post
CLEANFILES += bench/post
bench_post_SOURCES = bench/post.c
bench_post_LDADD = $(CARDUME_LIBS)
