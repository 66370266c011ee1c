# The skeleton, then one entry for each program.
noinst_LIBRARIES += cgi/libserve.a
cgi_libserve_a_SOURCES = \
	cgi/serve.c cgi/serve.h \
	cgi/route.c cgi/route.h cgi/route_table.h \
	cgi/handlers.h \
	cgi/request.c cgi/request.h cgi/request_private.h \
	cgi/request_declared.c \
	cgi/reply.c cgi/reply.h \
	cgi/page_frame.c cgi/page_frame.h \
	cgi/bearer.c cgi/bearer.h \
	cgi/session.c cgi/session.h \
	cgi/csrf.c cgi/csrf.h \
	cgi/throttle.c cgi/throttle.h \
	cgi/form.c cgi/form.h
nodist_cgi_libserve_a_SOURCES = query_routes.c page_routes.c
cgi_libserve_a_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/cgi
SERVE_LIBS = cgi/libserve.a $(CARDUME_LIBS) $(FCGI_LIBS)

sbin_PROGRAMS += cardume-page
cardume_page_SOURCES = \
	cgi/page.c \
	cgi/account_settings.c \
	cgi/channel.c \
	cgi/login.c
cardume_page_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/cgi
cardume_page_LDADD = $(SERVE_LIBS)

sbin_PROGRAMS += cardume-api
cardume_api_SOURCES = \
	cgi/api.c \
	cgi/api_video.c \
	cgi/media.c \
	cgi/oauth.c
cardume_api_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/cgi
cardume_api_LDADD = $(SERVE_LIBS)

sbin_PROGRAMS += cardume-ap
cardume_ap_SOURCES = \
	cgi/ap.c
cardume_ap_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/cgi
cardume_ap_LDADD = $(SERVE_LIBS)
