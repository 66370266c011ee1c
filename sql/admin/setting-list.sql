-- SPDX-License-Identifier: AGPL-3.0-or-later
SELECT name, value FROM setting ORDER BY name
