-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param path text 1..400 required
-- What the form "from your own server" is about, by our page of it.
SELECT json_build_object('address', o.url, 'name', o.name, 'path', o.path,
	'isVideo', o.kind = 'video', 'isComment', o.kind = 'comment',
	'isChannel', o.kind = 'channel', 'isAccount', o.kind = 'account',
	'isEnabled', is_federating())
FROM interact_object($1) o
