# Every template is compiled into the programs (lib/templates.h).
TEMPLATES = $(sort $(wildcard $(srcdir)/templates/*.mustache \
	$(srcdir)/templates/*/*.mustache))
TEMPLATE_DIRS = $(wildcard $(srcdir)/templates/*/)

templates.c: $(TEMPLATES) $(TEMPLATE_DIRS) $(srcdir)/tools/templates.awk
	$(AM_V_GEN)LC_ALL=C $(AWK) -v out=templates -f $(srcdir)/tools/templates.awk $(TEMPLATES) >$@.tmp && mv $@.tmp $@
page_routes.c: $(TEMPLATES) $(TEMPLATE_DIRS) $(srcdir)/tools/templates.awk
	$(AM_V_GEN)LC_ALL=C $(AWK) -v out=routes -f $(srcdir)/tools/templates.awk $(TEMPLATES) >$@.tmp && mv $@.tmp $@
BUILT_SOURCES += templates.c
CLEANFILES += templates.c page_routes.c
EXTRA_DIST += $(TEMPLATES)
