-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Whose key the request names, of the server that sent it.
ALTER TABLE inbox ADD host text NOT NULL CHECK (octet_length(host) <= 261);

-- Servers of which too much waits: they are told to come later.
CREATE UNLOGGED TABLE inbox_full (
	host text PRIMARY KEY
);
