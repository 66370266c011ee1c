-- SPDX-License-Identifier: AGPL-3.0-or-later
SELECT id FROM actor WHERE name = 'peertube'
