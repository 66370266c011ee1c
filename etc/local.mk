EXTRA_DIST += \
	etc/nginx.conf.in \
	etc/nginx-fastcgi.conf \
	etc/mime.types \
	etc/opentracker.conf.in
