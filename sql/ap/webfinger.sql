-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /.well-known/webfinger
-- type application/jrd+json; charset=utf-8
-- cache 60
-- param resource text 1..2000 required
-- RFC 7033: acct:name@our-host or the URL of an actor of ours.
SELECT webfinger($1)
