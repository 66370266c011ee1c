# What is served as it is, below a prefix that changes with the files.
STATIC_FILES = \
	static/cardume.css \
	static/embed.js \
	static/favicon.svg \
	static/icons.svg \
	static/logo.svg \
	static/p2p.js \
	static/player-licences.txt \
	static/player-sources.txt \
	static/player.js \
	static/viewers.js \
	static/waiting.jpg \
	static/watch.js

# The player, bundled from npm's packages. Releases carry it: make finds it
# beside its sources there, and asks for no npm.
PLAYER_SOURCES = \
	player/build \
	player/bar.js \
	player/build.mjs \
	player/chapters.js \
	player/hashes.js \
	player/keys.js \
	player/memory.js \
	player/mirrors.js \
	player/p2p.js \
	player/package-lock.json \
	player/package.json \
	player/place.js \
	player/player.js \
	player/series.js \
	player/storyboard.js \
	player/stream.js \
	player/traffic.js
static/player.js: $(PLAYER_SOURCES)
	$(AM_V_GEN)$(srcdir)/player/build $(srcdir) .
static/p2p.js static/player-licences.txt static/player-sources.txt: static/player.js
	@:
EXTRA_DIST += $(PLAYER_SOURCES)
MAINTAINERCLEANFILES = static/p2p.js static/player.js static/player-licences.txt \
	static/player-sources.txt

staticdir = $(pkgdatadir)/static
dist_static_DATA = $(STATIC_FILES)

# What nginx itself answers with.
staticerrorsdir = $(staticdir)/errors
dist_staticerrors_DATA = \
	static/errors/404.html \
	static/errors/405.html \
	static/errors/413.html \
	static/errors/429.html \
	static/errors/500.html \
	static/errors/502.html \
	static/errors/503.html \
	static/errors/504.html \
	static/errors/507.html

staticapierrorsdir = $(staticerrorsdir)/api
dist_staticapierrors_DATA = \
	static/errors/api/413.problem \
	static/errors/api/429.problem \
	static/errors/api/429.txt \
	static/errors/api/502.problem \
	static/errors/api/503.problem \
	static/errors/api/504.problem

# "0.1.0-12ab34cd": browsers keep files of one version for ever.
assets-version: $(STATIC_FILES)
	$(AM_V_GEN)printf '%s-%s\n' $(VERSION) \
		`cat $^ | sha256sum | cut -c1-8` >$@.tmp && mv $@.tmp $@
assets.h: assets-version
	$(AM_V_GEN)printf '#define ASSETS "/assets/%s"\n' `cat assets-version` >$@
BUILT_SOURCES += assets.h
CLEANFILES += assets.h assets-version
