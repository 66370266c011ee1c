-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/plugins/:name/public-settings
-- answer PluginSettings
-- There is no plugin.
SELECT refuse('404', 'Plugin not found')
