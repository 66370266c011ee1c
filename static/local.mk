# What is served as it is, below a prefix that changes with each version.
STATIC_FILES = \
	static/cardume.css \
	static/favicon.svg \
	static/icons.svg \
	static/logo.svg

staticdir = $(pkgdatadir)/static
dist_static_DATA = $(STATIC_FILES)
