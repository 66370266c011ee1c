EXTRA_DIST += tools/queries.awk
EXTRA_DIST += \
	tools/dev-instance.sh \
	tools/nginx-conf tools/templates.awk
