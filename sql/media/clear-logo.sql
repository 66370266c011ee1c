-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param kind choice favicon|header-wide|header-square|opengraph required
DELETE FROM instance_logo WHERE kind = $1::text
