SQL_QUERIES = $(sort $(wildcard $(srcdir)/sql/api/*.sql $(srcdir)/sql/page/*.sql \
	$(srcdir)/sql/ap/*.sql $(srcdir)/sql/feed/*.sql $(srcdir)/sql/user/*.sql \
	$(srcdir)/sql/job/*.sql $(srcdir)/sql/media/*.sql \
	$(srcdir)/sql/admin/*.sql $(srcdir)/sql/signal/*.sql))
SQL_MIGRATIONS = $(sort $(wildcard $(srcdir)/sql/migrations/*.sql))
SQL_REBUILD = $(sort $(wildcard $(srcdir)/sql/rebuild/*.sql))
SQL_SEED = $(sort $(wildcard $(srcdir)/sql/seed/*.sql))

# The folder itself is a prerequisite: a file that went away is noticed too.
SQL_DIRS = $(wildcard $(srcdir)/sql/*/)

queries.c: $(SQL_QUERIES) $(SQL_DIRS) $(srcdir)/tools/queries.awk
	$(AM_V_GEN)LC_ALL=C $(AWK) -v out=queries -f $(srcdir)/tools/queries.awk $(SQL_QUERIES) >$@.tmp && mv $@.tmp $@
query_routes.c: $(SQL_QUERIES) $(SQL_DIRS) $(srcdir)/tools/queries.awk
	$(AM_V_GEN)LC_ALL=C $(AWK) -v out=routes -f $(srcdir)/tools/queries.awk $(SQL_QUERIES) >$@.tmp && mv $@.tmp $@
BUILT_SOURCES += queries.c
CLEANFILES += queries.c query_routes.c

sqlmigrationsdir = $(pkgdatadir)/sql/migrations
sqlmigrations_DATA = $(SQL_MIGRATIONS)
sqlrebuilddir = $(pkgdatadir)/sql/rebuild
sqlrebuild_DATA = $(SQL_REBUILD)
sqlseeddir = $(pkgdatadir)/sql/seed
sqlseed_DATA = $(SQL_SEED)
EXTRA_DIST += $(SQL_QUERIES) $(SQL_MIGRATIONS) $(SQL_REBUILD) $(SQL_SEED)
