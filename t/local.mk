# What the folder t adds.
# Unit tests in C: each prints TAP; t/00-unit.t runs them. Those named spec_*
# want arguments and have a .t of their own.
UNIT_TESTS = \
	t/unit/arena \
	t/unit/child \
	t/unit/diaspora \
	t/unit/encodings \
	t/unit/foreign \
	t/unit/html \
	t/unit/html_steps \
	t/unit/http_signature \
	t/unit/json \
	t/unit/link \
	t/unit/jsonld \
	t/unit/mail \
	t/unit/markdown \
	t/unit/multipart \
	t/unit/mustache \
	t/unit/password \
	t/unit/route \
	t/unit/signal_fuzz \
	t/unit/signal_hub \
	t/unit/signal_message \
	t/unit/signature \
	t/unit/spec_diaspora \
	t/unit/spec_fetch \
	t/unit/spec_html \
	t/unit/spec_jsonld \
	t/unit/spec_mustache \
	t/unit/spec_signatures \
	t/unit/templates \
	t/unit/torrent \
	t/unit/web
check_PROGRAMS += $(UNIT_TESTS)
UNIT_LIBS = $(CARDUME_LIBS)

t_unit_arena_SOURCES = t/unit/arena.c t/unit/tap.h
t_unit_arena_LDADD = $(UNIT_LIBS)
t_unit_child_SOURCES = t/unit/child.c t/unit/tap.h
t_unit_child_LDADD = $(UNIT_LIBS)
t_unit_diaspora_SOURCES = t/unit/diaspora.c t/unit/tap.h
t_unit_diaspora_LDADD = $(UNIT_LIBS)
t_unit_encodings_SOURCES = t/unit/encodings.c t/unit/tap.h
t_unit_encodings_LDADD = $(UNIT_LIBS)
t_unit_foreign_SOURCES = t/unit/foreign.c t/unit/tap.h
t_unit_foreign_LDADD = $(UNIT_LIBS)
t_unit_html_SOURCES = t/unit/html.c t/unit/tap.h
t_unit_html_LDADD = $(UNIT_LIBS)
# Each basic block that runs calls the test.
t_unit_html_steps_SOURCES = t/unit/html_steps.c t/unit/tap.h \
	lib/html.c lib/html_text.c lib/html_token.c lib/entity.c lib/url.c
t_unit_html_steps_CFLAGS = $(AM_CFLAGS) -fsanitize-coverage=trace-pc
t_unit_html_steps_LDADD = $(UNIT_LIBS)
t_unit_http_signature_SOURCES = t/unit/http_signature.c t/unit/tap.h
t_unit_http_signature_LDADD = $(UNIT_LIBS)
t_unit_json_SOURCES = t/unit/json.c t/unit/tap.h
t_unit_json_LDADD = $(UNIT_LIBS)
t_unit_link_SOURCES = t/unit/link.c t/unit/tap.h workers/link.c workers/link.h
t_unit_link_LDADD = $(UNIT_LIBS)
t_unit_jsonld_SOURCES = t/unit/jsonld.c t/unit/tap.h
t_unit_jsonld_LDADD = $(UNIT_LIBS)
t_unit_mail_SOURCES = t/unit/mail.c t/unit/tap.h
t_unit_mail_LDADD = $(UNIT_LIBS)
t_unit_markdown_SOURCES = t/unit/markdown.c t/unit/tap.h
t_unit_markdown_LDADD = $(UNIT_LIBS)
t_unit_multipart_SOURCES = t/unit/multipart.c t/unit/tap.h cgi/multipart.c cgi/multipart.h
t_unit_multipart_LDADD = $(UNIT_LIBS)
t_unit_mustache_SOURCES = t/unit/mustache.c t/unit/tap.h
t_unit_mustache_LDADD = $(UNIT_LIBS)
t_unit_password_SOURCES = t/unit/password.c t/unit/tap.h
t_unit_password_LDADD = $(UNIT_LIBS)
t_unit_route_SOURCES = t/unit/route.c t/unit/tap.h
t_unit_route_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/cgi
t_unit_route_LDADD = cgi/libserve.a $(UNIT_LIBS) $(FCGI_LIBS)
t_unit_spec_html_SOURCES = t/unit/spec_html.c t/unit/tap.h
t_unit_spec_html_LDADD = $(UNIT_LIBS)
t_unit_spec_diaspora_SOURCES = t/unit/spec_diaspora.c t/unit/tap.h
t_unit_spec_diaspora_LDADD = $(UNIT_LIBS)
t_unit_spec_fetch_SOURCES = t/unit/spec_fetch.c t/unit/tap.h
t_unit_spec_fetch_LDADD = $(UNIT_LIBS) $(CURL_LIBS)
t_unit_spec_jsonld_SOURCES = t/unit/spec_jsonld.c
t_unit_spec_jsonld_LDADD = $(UNIT_LIBS)
t_unit_spec_mustache_SOURCES = t/unit/spec_mustache.c t/unit/tap.h
t_unit_spec_mustache_LDADD = $(UNIT_LIBS)
# Under sanitizers, whatever the rest is built with.
t_unit_signal_fuzz_SOURCES = t/unit/signal_fuzz.c t/unit/tap.h \
	t/fuzz/signal.c t/fuzz/fuzz.h $(SIGNAL_HUB) \
	lib/json.c lib/task.c lib/arena.c lib/buf.c lib/utf8.c lib/hex.c
t_unit_signal_fuzz_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/workers \
	-DARENA_MALLOC
t_unit_signal_fuzz_CFLAGS = $(AM_CFLAGS) -O1 -g \
	-fsanitize=address,undefined -fno-sanitize-recover=undefined \
	-U_FORTIFY_SOURCE -Wno-null-dereference
t_unit_signal_fuzz_LDADD = $(UNIT_LIBS)
t_unit_signal_fuzz_LDFLAGS = $(AM_LDFLAGS) -fsanitize=address,undefined
t_unit_signal_hub_SOURCES = t/unit/signal_hub.c t/unit/tap.h $(SIGNAL_HUB)
t_unit_signal_hub_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/workers
t_unit_signal_hub_LDADD = $(UNIT_LIBS)
t_unit_signal_message_SOURCES = t/unit/signal_message.c t/unit/tap.h \
	workers/signal_message.c workers/signal_message.h
t_unit_signal_message_LDADD = $(UNIT_LIBS)
t_unit_signature_SOURCES = t/unit/signature.c t/unit/tap.h
t_unit_signature_LDADD = $(UNIT_LIBS)
t_unit_spec_signatures_SOURCES = t/unit/spec_signatures.c t/unit/tap.h
t_unit_spec_signatures_LDADD = $(UNIT_LIBS)
t_unit_torrent_SOURCES = t/unit/torrent.c t/unit/tap.h
t_unit_torrent_LDADD = $(UNIT_LIBS)
t_unit_templates_SOURCES = t/unit/templates.c t/unit/tap.h
t_unit_templates_LDADD = $(UNIT_LIBS)
t_unit_web_SOURCES = t/unit/web.c t/unit/tap.h
t_unit_web_LDADD = $(UNIT_LIBS)

# `make check` runs each t/*.t by itself; `./dev check` lets them share an
# instance.
TEST_EXTENSIONS = .t
T_LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) \
	$(top_srcdir)/build-aux/tap-driver.sh
T_LOG_COMPILER = $(PERL)
AM_T_LOG_FLAGS = -I$(abs_top_srcdir)/t/lib
AM_TESTS_ENVIRONMENT = builddir='$(abs_builddir)'; export builddir; \
	CARDUME_BUILD='$(abs_builddir)'; export CARDUME_BUILD;
TESTS = @T_FILES@
EXTRA_DIST += \
	t/fuzz/caption.c \
	t/fuzz/content_type.c \
	t/fuzz/date.c \
	t/fuzz/html.c t/fuzz/html.dict \
	t/fuzz/http_signature.c t/fuzz/http_signature.dict \
	t/fuzz/json.c t/fuzz/json.dict \
	t/fuzz/jsonld.c t/fuzz/jsonld.dict \
	t/fuzz/markdown.c t/fuzz/markdown.dict \
	t/fuzz/multipart.c \
	t/fuzz/mustache.c t/fuzz/mustache.dict \
	t/fuzz/request.c t/fuzz/request.dict \
	t/fuzz/shortid.c \
	t/fuzz/signal.dict \
	t/fuzz/url.c \
	t/fuzz/xml.c
EXTRA_DIST += $(TESTS) t/lib/Cardume.pm t/lib/Cardume/Client.pm \
	t/api/operations.tsv t/html/cases.tsv \
	t/api/operations.tsv \
	t/clients/canonize.mjs t/clients/tracker.mjs \
	t/clients/tracker_server.mjs \
	t/clients/package.json t/clients/package-lock.json \
	t/lib/Cardume/Npm.pm t/lib/Cardume/Proxy.pm \
	t/lib/Cardume/Browser.pm t/lib/Cardume/Hostile.pm \
	t/lib/Cardume/OpenAPI.pm t/lib/Cardume/WebSocket.pm \
	t/lib/Cardume/Database.pm t/lib/Cardume/Jobs.pm t/lib/Cardume/Video.pm \
	t/lib/Cardume/Delivery.pm t/lib/Cardume/Sink.pm \
	t/lib/Cardume/Inbox.pm t/lib/Cardume/Rows.pm t/lib/Cardume/Shape.pm \
	t/lib/Cardume/Html.pm t/lib/Cardume/Smtp.pm t/lib/Cardume/Web.pm \
	t/lib/Cardume/Federation.pm
EXTRA_DIST += t/lib/Cardume/Instances.pm t/lib/Cardume/Peer.pm t/lib/Cardume/Pod.pm \
	t/lib/Cardume/Peer/Server.pm t/lib/Cardume/Peer/Signature.pm \
	t/lib/Cardume/Tracker.pm

.PHONY: check-programs
check-programs: $(BUILT_SOURCES)
	$(AM_V_at)$(MAKE) $(AM_MAKEFLAGS) $(check_PROGRAMS)
