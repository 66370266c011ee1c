# Translations (tools/po). A catalogue is built as LANGUAGE/LC_MESSAGES/cardume.mo
# in the build tree and installed below localedir.
PO_FILES = $(sort $(wildcard $(srcdir)/po/*.po))
EXTRA_DIST += $(PO_FILES)
if HAVE_MSGFMT
podir = $(localedir)
nobase_po_DATA = $(patsubst $(srcdir)/po/%.po,%/LC_MESSAGES/cardume.mo,$(PO_FILES))
CLEANFILES += $(nobase_po_DATA)
endif

%/LC_MESSAGES/cardume.mo: $(srcdir)/po/%.po
	$(AM_V_GEN)$(MKDIR_P) $(@D) && $(MSGFMT) -c -o $@ $<
