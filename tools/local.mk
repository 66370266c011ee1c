EXTRA_DIST += tools/contexts.awk tools/queries.awk
EXTRA_DIST += \
	tools/dev-instance.sh \
	tools/fuzz tools/openapi tools/po \
	tools/nginx-conf tools/templates.awk
EXTRA_DIST += tools/lint .clang-format .clang-tidy .ci/run

.PHONY: lint lint-flags format
lint: all
	$(srcdir)/tools/lint $(abs_srcdir) $(abs_builddir)
lint-flags:
	@echo -std=gnu17 -include config.h -I$(abs_srcdir)/lib $(DEFS) \
		$(AM_CPPFLAGS) $(DEPS_CFLAGS) -I$(abs_builddir) \
		-I$(abs_srcdir)/cgi -I$(abs_srcdir)/workers -Wall -Wextra
format:
	cd $(srcdir) && clang-format-14 -i lib/*.[ch] cgi/*.[ch] workers/*.[ch] \
		t/unit/*.[ch]
