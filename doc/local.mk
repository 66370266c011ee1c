EXTRA_DIST += doc/design.md doc/without-systemd
dist_man_MANS += \
	doc/cardume-ap.8 \
	doc/cardume-api.8 \
	doc/cardume-page.8 \
	doc/cardume-probe.8 \
	doc/cardume-upload.8 \
	doc/cardume-worker.8 \
	doc/cardume.conf.5 \
	doc/cardume.8
