-- SPDX-License-Identifier: AGPL-3.0-or-later
-- POST /api/v1/client-config/update-interface-language
-- POST /api/v1/client-config/update-language
-- status 204
-- field language text 1..20 required
-- The language of an application's own interface: nothing here depends on it.
SELECT 1 WHERE EXISTS (SELECT FROM language WHERE id = split_part($1, '-', 1))
	OR refuse_field('language', 'language should be one of /videos/languages')
