# What is served as it is, below a prefix that changes with each version.
STATIC_FILES = \
	static/cardume.css \
	static/favicon.svg \
	static/icons.svg \
	static/logo.svg

staticdir = $(pkgdatadir)/static
dist_static_DATA = $(STATIC_FILES)
EXTRA_DIST += \
	static/errors/404.html \
	static/errors/413.html \
	static/errors/429.html \
	static/errors/500.html \
	static/errors/502.html \
	static/errors/503.html \
	static/errors/504.html \
	static/errors/507.html
