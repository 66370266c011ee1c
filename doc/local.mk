EXTRA_DIST += doc/design.md doc/FEDERATION.md doc/without-systemd
dist_man_MANS += \
	doc/cardume-ap.8 \
	doc/cardume-api.8 \
	doc/cardume-page.8 \
	doc/cardume-probe.8 \
	doc/cardume-signal.8 \
	doc/cardume-upload.8 \
	doc/cardume-worker.8 \
	doc/cardume.conf.5 \
	doc/cardume.8

# The API's documentation: what the programs declare, and the schemas.
OPENAPI_SCHEMAS = $(sort $(wildcard $(srcdir)/doc/openapi/*.json))
DOCUMENTED = cardume-api cardume-upload cardume-page
openapi.json: $(DOCUMENTED) $(OPENAPI_SCHEMAS) $(srcdir)/doc/openapi \
		$(srcdir)/tools/openapi
	$(AM_V_GEN)$(PERL) $(srcdir)/tools/openapi $(VERSION) \
		$(srcdir)/doc/openapi $(DOCUMENTED:%=./%) >$@.tmp && \
		mv $@.tmp $@
nodist_pkgdata_DATA += openapi.json
EXTRA_DIST += $(OPENAPI_SCHEMAS)
CLEANFILES += openapi.json
