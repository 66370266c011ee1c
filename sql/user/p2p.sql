-- SPDX-License-Identifier: AGPL-3.0-or-later
-- role page
-- param viewer viewer
-- param choice choice yes|no required
-- Whether somebody shares what they watch with other viewers.
UPDATE app_user SET p2p_enabled = $2::text = 'yes' WHERE id = $1::bigint
