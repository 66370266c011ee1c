# What the folder t adds.
# Unit tests in C: each prints TAP; t/00-unit.t runs them. Those named spec_*
# want arguments and have a .t of their own.
UNIT_TESTS = \
	t/unit/encodings \
	t/unit/json \
	t/unit/mustache \
	t/unit/spec_mustache
check_PROGRAMS += $(UNIT_TESTS)
UNIT_LIBS = $(CARDUME_LIBS)

t_unit_encodings_SOURCES = t/unit/encodings.c t/unit/tap.h
t_unit_encodings_LDADD = $(UNIT_LIBS)
t_unit_json_SOURCES = t/unit/json.c t/unit/tap.h
t_unit_json_LDADD = $(UNIT_LIBS)
t_unit_mustache_SOURCES = t/unit/mustache.c t/unit/tap.h
t_unit_mustache_LDADD = $(UNIT_LIBS)
t_unit_spec_mustache_SOURCES = t/unit/spec_mustache.c t/unit/tap.h
t_unit_spec_mustache_LDADD = $(UNIT_LIBS)
EXTRA_DIST += t/00-unit.t t/00-unit-mustache-spec.t
