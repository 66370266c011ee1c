# Plain C first, domain below.
noinst_LIBRARIES += lib/libcardume.a
lib_libcardume_a_SOURCES = \
	lib/banned.h lib/bug.h \
	lib/arena.c lib/arena.h \
	lib/buf.c lib/buf.h \
	lib/log.c lib/log.h \
	lib/conf.c lib/conf.h \
	lib/utf8.c lib/utf8.h \
	lib/hex.c lib/hex.h \
	lib/random.c lib/random.h \
	lib/hash.c lib/hash.h \
	lib/shortid.c lib/shortid.h \
	lib/swarm_id.c lib/swarm_id.h \
	lib/url.c lib/url.h \
	lib/address.c lib/address.h \
	lib/content_type.c lib/content_type.h \
	lib/date.c lib/date.h \
	lib/entity.c lib/entity.h \
	lib/html.c lib/html.h lib/html_token.c lib/html_token.h \
	lib/html_text.c \
	lib/markdown.c lib/markdown.h \
	lib/mention.c lib/mention.h \
	lib/mustache.c lib/mustache.h lib/mustache_parse.c lib/mustache_tree.h \
	\
	lib/task.c lib/task.h \
	lib/token.c lib/token.h \
	lib/query.c lib/query.h \
	lib/db.c lib/db.h \
	lib/json.c lib/json.h \
	lib/templates.c lib/templates.h \
	lib/template_functions.c \
	lib/actor_key.c lib/actor_key.h \
	lib/bencode.c lib/bencode.h \
	lib/caption.c lib/caption.h \
	lib/child.c lib/child.h \
	lib/fetch.c lib/fetch.h \
	lib/fetch_hop.c lib/fetch_hop.h \
	lib/fetch_policy.c lib/fetch_policy.h \
	lib/file.c lib/file.h \
	lib/foreign.c lib/foreign.h \
	lib/job.c lib/job.h \
	lib/wake.c lib/wake.h \
	lib/jsonld.c lib/jsonld.h \
	lib/jsonld_context.c lib/jsonld_private.h lib/jsonld_terms.c \
	lib/ld_signature.c lib/ld_signature.h \
	lib/magic_envelope.c lib/magic_envelope.h lib/private_envelope.c \
	lib/mail.c lib/mail.h \
	lib/media.c lib/media.h \
	lib/note.c lib/note.h \
	lib/rdf.c lib/rdf.h \
	lib/sandbox.c lib/sandbox.h \
	lib/torrent.c lib/torrent.h \
	lib/password.c lib/password.h lib/password_common.h \
	lib/seal.c lib/seal.h \
	lib/base64.c lib/base64.h \
	lib/base64url.c lib/base64url.h \
	lib/http_sign.c \
	lib/http_signature.c lib/http_signature.h \
	lib/http_signature_draft.c lib/http_signature_private.h \
	lib/http_signature_rfc9421.c \
	lib/signature.c lib/signature.h \
	lib/secret.c lib/secret.h \
	lib/totp.c lib/totp.h \
	lib/xml.c lib/xml.h
nodist_lib_libcardume_a_SOURCES = contexts.c queries.c templates.c

# The JSON-LD contexts we know (lib/jsonld.h).
CONTEXTS = $(sort $(wildcard $(srcdir)/lib/contexts/*.json))
contexts.c: $(CONTEXTS) $(srcdir)/tools/contexts.awk
	$(AM_V_GEN)LC_ALL=C $(AWK) -f $(srcdir)/tools/contexts.awk $(CONTEXTS) >$@.tmp && mv $@.tmp $@
BUILT_SOURCES += contexts.c
CLEANFILES += contexts.c
EXTRA_DIST += $(CONTEXTS)
CARDUME_LIBS = lib/libcardume.a $(DEPS_LIBS) -lm
