-- SPDX-License-Identifier: AGPL-3.0-or-later
-- param typed json
-- How many share videos now, and what is set.
SELECT sharing_page()::jsonb || jsonb_build_object('settings',
	sharing_settings($1::jsonb))
