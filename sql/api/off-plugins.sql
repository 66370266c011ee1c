-- SPDX-License-Identifier: AGPL-3.0-or-later
-- GET /api/v1/plugins
-- viewer admin
-- answer list Plugin
-- Plugins are for another server: there are none.
SELECT listed(0, NULL)
