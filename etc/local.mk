# Configuration of the programs around ours. What has no choice in it is
# installed in place; the rest are examples to copy and edit.
EXTRA_DIST += \
	etc/cardume.conf.in \
	etc/nginx.conf.in \
	etc/nginx-api-errors.conf \
	etc/nginx-errors.conf \
	etc/nginx-fastcgi.conf \
	etc/mime.types \
	etc/opentracker.conf.in \
	etc/pg_ident.conf \
	etc/systemd/cardume-opentracker.service.in \
	etc/systemd/cardume-signal.service.in \
	etc/systemd/cardume-worker@.service.in \
	etc/systemd/cardume.sysusers.in \
	etc/systemd/cardume.tmpfiles.in \
	etc/systemd/hardening \
	etc/systemd/no-network \
	etc/systemd/program.socket.in \
	etc/systemd/program@.service.in

systemdsystemunitdir = @systemdsystemunitdir@
sysusersdir = $(prefix)/lib/sysusers.d
tmpfilesdir = $(prefix)/lib/tmpfiles.d
pkgsysconfdir = $(sysconfdir)/cardume
exampledir = $(docdir)/examples
nginxdir = $(pkgdatadir)/nginx
choresdir = $(systemdsystemunitdir)/cardume-worker@chores.service.d
maildir = $(systemdsystemunitdir)/cardume-worker@mail.service.d
deliverdir = $(systemdsystemunitdir)/cardume-worker@deliver.service.d
inboxdir = $(systemdsystemunitdir)/cardume-worker@inbox.service.d
fetchdir = $(systemdsystemunitdir)/cardume-worker@fetch.service.d
diasporadir = $(systemdsystemunitdir)/cardume-worker@diaspora.service.d
redundancydir = $(systemdsystemunitdir)/cardume-worker@redundancy.service.d

UNITS = \
	etc/systemd/cardume-page.socket \
	etc/systemd/cardume-page@.service \
	etc/systemd/cardume-api.socket \
	etc/systemd/cardume-api@.service \
	etc/systemd/cardume-ap.socket \
	etc/systemd/cardume-ap@.service \
	etc/systemd/cardume-upload.socket \
	etc/systemd/cardume-upload@.service \
	etc/systemd/cardume-signal.socket \
	etc/systemd/cardume-signal.service \
	etc/systemd/cardume-worker@.service \
	etc/systemd/cardume-opentracker.service
nodist_systemdsystemunit_DATA = $(UNITS)
dist_systemdsystemunit_DATA = \
	etc/systemd/cardume.target \
	etc/systemd/cardume-opentracker.path \
	etc/systemd/cardume-opentracker-reload.service
dist_chores_DATA = etc/systemd/chores.conf
dist_mail_DATA = etc/systemd/mail.conf
dist_deliver_DATA = etc/systemd/federation.conf
dist_inbox_DATA = etc/systemd/federation.conf
dist_fetch_DATA = etc/systemd/federation.conf etc/systemd/fetch.conf
dist_diaspora_DATA = etc/systemd/federation.conf
dist_redundancy_DATA = etc/systemd/federation.conf \
	etc/systemd/redundancy.conf
nodist_sysusers_DATA = etc/systemd/cardume.conf
dist_nginx_DATA = etc/nginx-api-errors.conf etc/nginx-errors.conf \
	etc/nginx-fastcgi.conf etc/mime.types
nodist_pkgsysconf_DATA = etc/opentracker.conf
nodist_example_DATA = etc/nginx.conf etc/cardume.conf
dist_example_DATA = etc/pg_ident.conf
CLEANFILES += $(UNITS) $(nodist_sysusers_DATA) $(nodist_pkgsysconf_DATA) \
	$(nodist_example_DATA) etc/systemd/tmpfiles.conf

# Lines @HARDENING@ and @NO_NETWORK@ stand for files.
FILL = mkdir -p $(@D) && $(SED) \
	-e '/^@HARDENING@$$/{' -e 'r $(srcdir)/etc/systemd/hardening' -e 'd}' \
	-e '/^@NO_NETWORK@$$/{' -e 'r $(srcdir)/etc/systemd/no-network' \
	-e 'd}' -e 's|[@]sbindir[@]|$(sbindir)|g' \
	-e 's|[@]pkgsysconfdir[@]|$(pkgsysconfdir)|g' \
	-e 's|[@]NGINX_USER[@]|$(NGINX_USER)|g' \
	-e 's|[@]SERVICE[@]|$(SERVICE)|g' \
	-e 's|[@]PROGRAM[@]|$(PROGRAM)|g' -e 's|[@]USER[@]|$(UNIT_USER)|g' \
	-e 's|^@ACCESS@|$(ACCESS)|'
UNIT_USER = cardume_$(PROGRAM)
SERVICE = cardume-$(PROGRAM)@1.service
etc/systemd/cardume-signal.socket: PROGRAM = signal
etc/systemd/cardume-signal.socket: SERVICE = cardume-signal.service
ACCESS = InaccessiblePaths=/var/lib/cardume
etc/systemd/cardume-page.socket etc/systemd/cardume-page@.service: PROGRAM = page
etc/systemd/cardume-api.socket etc/systemd/cardume-api@.service: PROGRAM = api
etc/systemd/cardume-ap.socket etc/systemd/cardume-ap@.service: PROGRAM = ap
etc/systemd/cardume-upload.socket etc/systemd/cardume-upload@.service: PROGRAM = upload
etc/systemd/cardume-upload@.service: UNIT_USER = $(NGINX_USER)
# Each path named is a mount of its own, and rename() works within one only.
etc/systemd/cardume-upload@.service: ACCESS = ReadWritePaths=/var/lib/cardume\nInaccessiblePaths=-/var/lib/cardume/public -/var/lib/cardume/private -/var/lib/cardume/work -/var/lib/cardume/tracker
# Playlists of private videos are rewritten (cgi/media.c).
etc/systemd/cardume-api@.service: ACCESS = InaccessiblePaths=-/var/lib/cardume/source -/var/lib/cardume/incoming -/var/lib/cardume/work
FILL_DEPS = etc/local.mk etc/systemd/hardening etc/systemd/no-network Makefile

etc/systemd/cardume-page.socket etc/systemd/cardume-api.socket \
etc/systemd/cardume-ap.socket etc/systemd/cardume-upload.socket \
etc/systemd/cardume-signal.socket: \
		etc/systemd/program.socket.in $(FILL_DEPS)
	$(AM_V_GEN)$(FILL) <$(srcdir)/etc/systemd/program.socket.in >$@
etc/systemd/cardume-page@.service etc/systemd/cardume-api@.service \
etc/systemd/cardume-ap@.service etc/systemd/cardume-upload@.service: \
		etc/systemd/program@.service.in $(FILL_DEPS)
	$(AM_V_GEN)$(FILL) <$(srcdir)/etc/systemd/program@.service.in >$@
etc/systemd/cardume-worker@.service: etc/systemd/cardume-worker@.service.in $(FILL_DEPS)
	$(AM_V_GEN)$(FILL) <$(srcdir)/etc/systemd/cardume-worker@.service.in >$@
etc/systemd/cardume-signal.service: etc/systemd/cardume-signal.service.in $(FILL_DEPS)
	$(AM_V_GEN)$(FILL) <$(srcdir)/etc/systemd/cardume-signal.service.in >$@
etc/systemd/cardume-opentracker.service: etc/systemd/cardume-opentracker.service.in $(FILL_DEPS)
	$(AM_V_GEN)$(FILL) <$(srcdir)/etc/systemd/cardume-opentracker.service.in >$@
etc/systemd/cardume.conf: etc/systemd/cardume.sysusers.in $(FILL_DEPS)
	$(AM_V_GEN)$(FILL) <$(srcdir)/etc/systemd/cardume.sysusers.in >$@
etc/systemd/tmpfiles.conf: etc/systemd/cardume.tmpfiles.in $(FILL_DEPS)
	$(AM_V_GEN)$(FILL) <$(srcdir)/etc/systemd/cardume.tmpfiles.in >$@
etc/cardume.conf: etc/cardume.conf.in $(FILL_DEPS)
	$(AM_V_GEN)$(FILL) <$(srcdir)/etc/cardume.conf.in >$@

NGINX_CONF = $(SHELL) $(srcdir)/tools/nginx-conf
etc/opentracker.conf: etc/opentracker.conf.in tools/nginx-conf Makefile
	$(AM_V_GEN)mkdir -p $(@D) && $(NGINX_CONF) '' LISTEN=0.0.0.0:6969 \
		DIRECTORY=/var/lib/cardume/tracker \
		WHITELIST=/var/lib/cardume/tracker/whitelist \
		<$(srcdir)/etc/opentracker.conf.in >$@
etc/nginx.conf: etc/nginx.conf.in tools/nginx-conf Makefile
	$(AM_V_GEN)mkdir -p $(@D) && $(NGINX_CONF) 'prod tls cache progress' \
		NAMES=video.example ORIGIN=https://video.example \
		SOCKETS=/run/cardume MEDIA=/var/lib/cardume \
		WWW=$(pkgdatadir)/www CACHE=/var/cache/cardume \
		ETC=$(nginxdir) UPLOAD_MAX=0 RATE=50 BURST=200 CONNECTIONS=100 \
		API_RATE=5 API_BURST=50 \
		INBOX_RATE=50 INBOX_BURST=200 INBOX_DELAY=100 \
		CERTIFICATE=/etc/ssl/video.example.pem \
		KEY=/etc/ssl/private/video.example.key \
		TRACKER_URL=http://video.example:6969 TRACKER_PORT=6969 \
		<$(srcdir)/etc/nginx.conf.in >$@

# tmpfiles.d and sysusers.d both want a file named cardume.conf.
all-local: etc/systemd/tmpfiles.conf
install-data-local: etc/systemd/tmpfiles.conf
	$(MKDIR_P) $(DESTDIR)$(tmpfilesdir)
	$(INSTALL_DATA) etc/systemd/tmpfiles.conf \
		$(DESTDIR)$(tmpfilesdir)/cardume.conf
	$(MKDIR_P) $(DESTDIR)$(pkgdatadir)/www/assets
	ln -sfn ../../static $(DESTDIR)$(pkgdatadir)/www/assets/current
	ln -sfn ../../static $(DESTDIR)$(pkgdatadir)/www/assets/`cat assets-version`
	ln -sfn ../static/errors $(DESTDIR)$(pkgdatadir)/www/errors
	$(MKDIR_P) $(DESTDIR)$(pkgdatadir)/www/api/v1
	ln -sfn ../../../openapi.json \
		$(DESTDIR)$(pkgdatadir)/www/api/v1/openapi.json
uninstall-local:
	rm -f $(DESTDIR)$(tmpfilesdir)/cardume.conf
	rm -rf $(DESTDIR)$(pkgdatadir)/www
