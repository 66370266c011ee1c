-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/plugins/update
-- POST /api/v1/plugins/uninstall
-- GET /api/v1/plugins/:name
-- PUT /api/v1/plugins/:name/settings
-- GET /api/v1/plugins/:name/registered-settings
-- viewer admin
-- answer Plugin
-- There is no plugin.
SELECT refuse('404', 'Plugin not found')
