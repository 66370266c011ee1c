-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Who mutes this server: asked for each comment and each notification.
CREATE INDEX server_block_host ON server_block (host);
