-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /.well-known/host-meta
-- type application/xml; charset=utf-8
-- cache 600
-- RFC 6415: where WebFinger is.
SELECT '<?xml version="1.0" encoding="UTF-8"?>' || xmlelement(name "XRD",
	xmlattributes('http://docs.oasis-open.org/ns/xri/xrd-1.0' AS xmlns),
	xmlelement(name "Link", xmlattributes('lrdd' AS rel,
		'application/xrd+xml' AS type,
		origin() || '/.well-known/webfinger?resource={uri}' AS template)))
