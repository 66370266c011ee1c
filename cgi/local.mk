# The skeleton, then one entry for each program.
noinst_LIBRARIES += cgi/libserve.a
cgi_libserve_a_SOURCES = \
	cgi/serve.c cgi/serve.h \
	cgi/route.c cgi/route.h cgi/route_table.h \
	cgi/handlers.h \
	cgi/request.c cgi/request.h cgi/request_private.h \
	cgi/request_declared.c cgi/request_body.c \
	cgi/multipart.c cgi/multipart.h \
	cgi/openapi.c cgi/openapi.h cgi/openapi_schema.c \
	cgi/reply.c cgi/reply.h \
	cgi/page_frame.c cgi/page_frame.h \
	cgi/bearer.c cgi/bearer.h \
	cgi/scope.c cgi/scope.h \
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
	cgi/admin_follows.c \
	cgi/admin_jobs.c \
	cgi/admin_list.c cgi/admin_list.h \
	cgi/admin_mutes.c \
	cgi/admin_redundancies.c \
	cgi/admin_sharing.c \
	cgi/applications.c \
	cgi/authorize.c \
	cgi/accept.c cgi/accept.h \
	cgi/channel.c \
	cgi/comment.c \
	cgi/feed.c \
	cgi/interact.c \
	cgi/move.c \
	cgi/search.c \
	cgi/lookup.c cgi/lookup.h \
	cgi/login.c \
	cgi/login_code.c cgi/login_code.h \
	cgi/manage.c \
	cgi/own_password.c cgi/own_password.h \
	cgi/publish.c cgi/publish.h \
	cgi/video_form.c cgi/video_form.h \
	cgi/oembed.c \
	cgi/p2p.c cgi/p2p.h \
	cgi/redirects.c cgi/redirects.h \
	cgi/signup.c cgi/signup.h \
	cgi/signup_page.c \
	cgi/two_factor.c cgi/two_factor.h \
	cgi/two_factor_page.c \
	cgi/video_token.c cgi/video_token.h \
	cgi/viewing.c \
	cgi/watch.c
cardume_page_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/cgi
cardume_page_LDADD = $(SERVE_LIBS)

sbin_PROGRAMS += cardume-api
cardume_api_SOURCES = \
	cgi/api.c \
	cgi/api_channel.c \
	cgi/api_me.c \
	cgi/api_user.c \
	cgi/api_video.c \
	cgi/lookup.c cgi/lookup.h \
	cgi/logs.c \
	cgi/media.c \
	cgi/notification.c \
	cgi/oauth.c \
	cgi/oauth_app.c \
	cgi/own_password.c cgi/own_password.h \
	cgi/registration.c \
	cgi/signup.c cgi/signup.h \
	cgi/two_factor.c cgi/two_factor.h \
	cgi/two_factor_api.c \
	cgi/video_update.c cgi/video_update.h \
	cgi/video_form.c cgi/video_form.h
cardume_api_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/cgi
cardume_api_LDADD = $(SERVE_LIBS)

sbin_PROGRAMS += cardume-ap
cardume_ap_SOURCES = \
	cgi/ap.c \
	cgi/ap_note.c \
	cgi/diaspora.c \
	cgi/lookup.c cgi/lookup.h \
	cgi/signed_request.c cgi/signed_request.h \
	cgi/inbox.c
cardume_ap_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/cgi
cardume_ap_LDADD = $(SERVE_LIBS)

sbin_PROGRAMS += cardume-upload
cardume_upload_SOURCES = \
	cgi/upload.c \
	cgi/bearer.c cgi/bearer.h \
	cgi/publish.c cgi/publish.h \
	cgi/upload_body.c cgi/upload_body.h \
	cgi/content_range.c cgi/content_range.h \
	cgi/new_video.c cgi/new_video.h \
	cgi/upload_api_form.c \
	cgi/upload_api_picture.c \
	cgi/upload_caption.c \
	cgi/upload_check.c cgi/upload_check.h \
	cgi/upload_check_files.c \
	cgi/upload_digest.c cgi/upload_digest.h \
	cgi/upload_resumable.c \
	cgi/upload_session.c cgi/upload_session.h \
	cgi/upload_picture.c cgi/upload_picture.h \
	cgi/upload_type.c cgi/upload_type.h \
	cgi/upload_video.c \
	cgi/video_update.c cgi/video_update.h \
	cgi/video_form.c cgi/video_form.h
cardume_upload_CPPFLAGS = $(AM_CPPFLAGS) -I$(srcdir)/cgi
cardume_upload_LDADD = $(SERVE_LIBS) $(MAGIC_LIBS)
