-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param origin text 1..300
-- For whoever comes without cardume.conf (psql); programs go by their own.
INSERT INTO setting (name, value) VALUES ('origin', $1)
ON CONFLICT (name) DO UPDATE SET value = excluded.value
