-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/plugins/install
-- viewer admin
-- status 204
-- Plugins for PeerTube cannot run here.
SELECT refuse('400', 'Cannot install plugin: this server runs no plugins')
