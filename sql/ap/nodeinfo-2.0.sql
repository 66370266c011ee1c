-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /nodeinfo/2.0.json
-- type application/json; profile="http://nodeinfo.diaspora.software/ns/schema/2.0#"
-- cache 60
-- NodeInfo 2.0: what runs here and how much.
SELECT nodeinfo('2.0')
