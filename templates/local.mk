# Every template is compiled into the programs (lib/templates.h).
TEMPLATES = $(sort $(wildcard $(srcdir)/templates/*.mustache \
	$(srcdir)/templates/*/*.mustache))
EXTRA_DIST += $(TEMPLATES)
