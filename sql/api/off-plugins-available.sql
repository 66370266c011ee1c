-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/plugins/available
-- viewer admin
-- answer list Plugin
-- There is no index of plugins.
SELECT refuse('503', 'Plugin index unavailable. Please retry later')
