-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /nodeinfo/2.1.json
-- type application/json; profile="http://nodeinfo.diaspora.software/ns/schema/2.1#"
-- cache 60
-- NodeInfo 2.1: what runs here and how much.
SELECT nodeinfo('2.1')
